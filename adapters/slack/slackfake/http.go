package slackfake

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
)

// post tells casebot something over HTTP.
func (s *Server) post(hook string, e envelope) (json.RawMessage, error) {
	path, content, body, err := packet(e)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(s.ctx, http.MethodPost, hook+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", content)
	req.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	s.Sign(req, body)
	if e.attempt > 0 {
		req.Header.Set("X-Slack-Retry-Num", strconv.Itoa(e.attempt))
		req.Header.Set("X-Slack-Retry-Reason", e.reason)
	}
	client := http.Client{Transport: s.transport, Timeout: e.within}
	resp, err := client.Do(req)
	if err != nil {
		return nil, &unheard{reason: reasonOf(err), err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	final := resp.Header.Get("X-Slack-No-Retry") == "1"
	switch {
	case err != nil:
		return nil, &unheard{reason: reasonOf(err), final: final, err: err}
	case resp.StatusCode == http.StatusServiceUnavailable:
		return nil, &unheard{"http_error", final, fmt.Errorf("%w: %s", ErrAway, resp.Status)}
	case resp.StatusCode/100 != 2:
		return nil, &unheard{"http_error", final, errors.New(resp.Status)}
	}
	return bytes.TrimSpace(answer), nil
}

// packet is a payload as it goes over HTTP, and where to.
func packet(e envelope) (path, content string, body []byte, err error) {
	const form = "application/x-www-form-urlencoded"
	switch e.kind {
	case "slash_commands":
		var fields map[string]string
		if err := json.Unmarshal(e.body, &fields); err != nil {
			return "", "", nil, err
		}
		values := url.Values{}
		for key, value := range fields {
			values.Set(key, value)
		}
		return "/slack/commands", form, []byte(values.Encode()), nil
	case "interactive":
		return "/slack/interactions", form, []byte(url.Values{"payload": {string(e.body)}}.Encode()), nil
	case "options":
		return "/slack/options", form, []byte(url.Values{"payload": {string(e.body)}}.Encode()), nil
	default:
		return "/slack/events", "application/json", e.body, nil
	}
}

// reasonOf names a failure as the retry header does.
func reasonOf(err error) string {
	var late net.Error
	var dial *net.OpError
	switch {
	case errors.As(err, &late) && late.Timeout():
		return "http_timeout"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "connection_failed"
	default:
		return "unknown_error"
	}
}

// Sign signs a request as Slack does.
func (s *Server) Sign(req *http.Request, body []byte) {
	stamp := strconv.FormatInt(s.cfg.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.cfg.SigningSecret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	req.Header.Set("X-Slack-Request-Timestamp", stamp)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
}

// Verify asks casebot for the proof that an address is its own, as Slack does
// when the address is entered.
func (s *Server) Verify() error {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	answer, err := s.deliver("events_api", packed(obj{"token": "legacy", "challenge": challenge, "type": "url_verification"}), nil, s.cfg.AckWithin)
	if err != nil {
		return err
	}
	var o struct{ Challenge string }
	if json.Unmarshal(answer, &o) == nil && o.Challenge == challenge || string(answer) == challenge {
		return nil
	}
	return fmt.Errorf("%w: the address answers the challenge with %q", ErrUnable, answer)
}
