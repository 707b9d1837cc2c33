package main

import (
	"testing"

	"casebot/adapters/console/browsertest"
)

// TestExplainInPlayground asks for the arithmetic of a seeded case, and promises
// its customer the next update, as people would.
func TestExplainInPlayground(t *testing.T) {
	url := startDemo(t, "2026-03-06T10:30:00-07:00")
	p := browsertest.New(t)
	shot := shots(t, p)
	p.Visit(url)
	p.Press("Hide these hints")
	p.As("Ben Carter")
	p.Open("triage")
	p.Say("Message", "/case explain GLOBEX-1")
	p.ExpectText("Only visible to you", "GLOBEX-1 · how its clocks ran", "answered in time by Ben Carter", "Follow-up 1", "still left")
	shot("30-explained")
	p.Say("Message", "/case update-by GLOBEX-1 3h")
	p.ExpectText("Promised: GLOBEX-1 hears from you by Fri 6 Mar 2026, 13:30")
	p.Say("Message", "/case explain GLOBEX-1")
	p.ExpectText("Promised updates", "still owed")
	shot("31-promised-explained")
	p.As("Hank Scorpio")
	p.Open("globex")
	p.ExpectText("GLOBEX-1")
	shot("32-promised")
	p.Say("Message", "/case explain GLOBEX-1 initial")
	p.ExpectText("First response · severity 2 · met")
	shot("33-customer")
}
