package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// FaultKind is a way in which Slack fails.
type FaultKind string

// The ways.
const (
	Limited     FaultKind = "limited"     // 429 with Retry-After
	Unavailable FaultKind = "unavailable" // 503, nothing done
	Silent      FaultKind = "silent"      // no answer, nothing done
	Lost        FaultKind = "lost"        // done, no answer
	Slow        FaultKind = "slow"        // done, and answered after Delay
	Refused     FaultKind = "refused"     // an error word, nothing done
	Garbled     FaultKind = "garbled"     // what is no JSON, nothing done
)

// Fault lets calls fail: of the Web API, of response URLs ("response_url") and
// of the addresses of files ("upload", "download").
type Fault struct {
	Method     string // empty: any
	Kind       FaultKind
	Code       string // of Refused
	RetryAfter int    // seconds
	Skip       int    // calls that go well first
	Times      int    // 0: once
	Delay      time.Duration
}

// does tells whether a call that fails so is done all the same.
func (f *fault) does() bool { return f.Kind == Lost || f.Kind == Slow }

// word is what the call log says of it.
func (f *fault) word() string {
	if f.Kind == Refused {
		return f.Code
	}
	return string(f.Kind)
}

type fault struct {
	Fault
	struck chan struct{}
	healed chan struct{}
}

// Fail lets calls fail; struck is closed at the first that does.
func (s *Server) Fail(f Fault) (struck <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(f.Times, 1)
	x := &fault{f, make(chan struct{}), make(chan struct{})}
	s.faults = append(s.faults, x)
	return x.struck
}

// Heal calls all faults and limits off, and lets go of the calls that hang.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		close(f.healed)
	}
	s.faults = nil
	clear(s.limits)
}

// strike is the fault that strikes this call, nil for none.
func (s *Server) strike(method string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Method != "" && f.Method != method || f.Times == 0 {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			return nil
		}
		f.Times--
		select {
		case <-f.struck:
		default:
			close(f.struck)
		}
		return f
	}
	return nil
}

// fail answers as the fault has it; it returns only where the call is to be
// answered after all.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *fault) {
	switch f.Kind {
	case Limited:
		tooMany(w, time.Duration(f.RetryAfter)*time.Second)
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Refused:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(obj{"ok": false, "error": f.Code})
	case Garbled:
		_, _ = io.WriteString(w, "<html>502</html>")
	case Slow:
		timer := time.NewTimer(f.Delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-f.healed:
		case <-r.Context().Done():
		}
	case Silent, Lost:
		select {
		case <-f.healed:
		case <-r.Context().Done():
		case <-s.ctx.Done():
		}
		panic(http.ErrAbortHandler)
	}
}

func tooMany(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	w.WriteHeader(http.StatusTooManyRequests)
	_ = json.NewEncoder(w).Encode(obj{"ok": false, "error": "ratelimited"})
}

// limit is how often a method may be called, by channel.
type limit struct {
	most int
	per  time.Duration
	hits map[string][]time.Time
}

// Limit lets a method be called so often in a time; where it names a channel,
// for each channel. More is answered 429 with the time to wait.
func (s *Server) Limit(method string, most int, per time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits[method] = &limit{most, per, map[string][]time.Time{}}
}

// LimitPosts lets so many messages be posted to a channel in a second.
func (s *Server) LimitPosts(perSecond int) { s.Limit("chat.postMessage", perSecond, time.Second) }

// limited is how long a call has to wait.
func (s *Server) limited(method string, args obj) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.limits[method]
	if l == nil {
		return 0
	}
	channel, _ := args["channel"].(string)
	now := s.cfg.Now()
	var recent []time.Time
	for _, t := range l.hits[channel] {
		if now.Sub(t) < l.per {
			recent = append(recent, t)
		}
	}
	if len(recent) >= l.most {
		l.hits[channel] = recent
		return max(l.per-now.Sub(recent[0]), time.Millisecond)
	}
	l.hits[channel] = append(recent, now)
	return 0
}
