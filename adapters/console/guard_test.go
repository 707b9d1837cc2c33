package console_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"casebot/adapters/console"
)

func TestOtherSitesCannotAct(t *testing.T) {
	game := begin(t, console.NewMemory(), &travel{}, clockAt(noon))
	body := `{"as":"giulia","room":"acme","id":"` + newID() + `","text":"hello"}`
	for _, tt := range []struct {
		name, kind string
		head       map[string]string
		want       int
	}{
		{"our own page", "application/json", map[string]string{"Sec-Fetch-Site": "same-origin"}, http.StatusOK},
		{"another site", "application/json", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{"a neighbour's subdomain", "application/json", map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		{"an old browser elsewhere", "application/json", map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{"an old browser here", "application/json", map[string]string{"Origin": game.url}, http.StatusOK},
		{"a plain form", "application/x-www-form-urlencoded", nil, http.StatusUnsupportedMediaType},
		{"JSON in disguise", "text/plain", nil, http.StatusUnsupportedMediaType},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodPost, game.url+"/console/api/messages", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", tt.kind)
			for name, value := range tt.head {
				req.Header.Set(name, value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != tt.want {
				t.Errorf("%d, want %d", resp.StatusCode, tt.want)
			}
			policy := resp.Header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
		})
	}
	if status, _ := game.post(t, "travel", map[string]string{"step": "1y"}, nil); status != http.StatusBadRequest {
		t.Errorf("a step that is not offered: %d", status)
	}
}

func TestLimits(t *testing.T) {
	game := begin(t, console.NewMemory(), nil, clockAt(noon))
	say := func(text string) (int, string) {
		return game.post(t, "messages", map[string]any{"as": "giulia", "room": "acme", "id": newID(), "text": text}, nil)
	}
	if status, body := say(strings.Repeat("😀", console.MaxText)); status != http.StatusOK {
		t.Errorf("the longest text: %d %s", status, body)
	}
	if status, body := say(strings.Repeat("x", console.MaxText+1)); status != http.StatusRequestEntityTooLarge ||
		!strings.Contains(body, "12001 characters") {
		t.Errorf("a longer text: %d %s", status, body)
	}
	if status, body := say(strings.Repeat("x", 1<<20)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a megabyte: %d %s", status, body)
	}
	if status, _ := say(" \n "); status != http.StatusBadRequest {
		t.Errorf("nothing but space: %d", status)
	}
	file := func(n int) (int, string) {
		return game.post(t, "files", map[string]any{"as": "giulia", "name": "big.bin", "bytes": make([]byte, n)}, nil)
	}
	if status, body := file(console.DefaultMaxFile); status != http.StatusOK {
		t.Errorf("the largest file: %d %s", status, body)
	}
	if status, body := file(console.DefaultMaxFile + 1); status != http.StatusRequestEntityTooLarge || !strings.Contains(body, "5 MB") {
		t.Errorf("a larger file: %d %s", status, body)
	}
	if status, _ := file(4 * console.DefaultMaxFile); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge file: %d", status)
	}
	if status, _ := file(0); status != http.StatusBadRequest {
		t.Errorf("an empty file: %d", status)
	}
	for _, body := range []string{"", "null", "[]", `{"as":7}`, `{"as":"giulia","room":"acme","id":"1","text":"hello"}`} {
		resp, err := http.Post(game.url+"/console/api/messages", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("body %q: %d", body, resp.StatusCode)
		}
	}
}

func TestNothingIsTakenWhileNobodyListens(t *testing.T) {
	c := console.New(setup(clockAt(noon)), console.NewMemory(), nil)
	post := func(path, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/console/api/"+path, bytes.NewBufferString(body))
		r.Header.Set("Content-Type", "application/json")
		c.Routes().ServeHTTP(w, r)
		return w
	}
	w := post("messages", `{"as":"giulia","room":"acme","id":"`+newID()+`","text":"hello"}`)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "not running") {
		t.Errorf("a message: %d %s", w.Code, w.Body)
	}
	if w := post("travel", `{"step":"1h"}`); w.Code != http.StatusNotFound {
		t.Errorf("a journey without travel: %d %s", w.Code, w.Body)
	}
}
