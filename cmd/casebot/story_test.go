package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"casebot/adapters/console/browsertest"
	"casebot/bot/texts"
)

// startDemo runs the demo at a moment and returns the address of its page.
func startDemo(t *testing.T, start string) string {
	t.Helper()
	cfg, err := demoConfig("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := texts.Load()
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		t.Fatal(err)
	}
	out := io.Discard
	if os.Getenv("VERBOSE") != "" {
		out = os.Stderr
	}
	ctx, stop := context.WithCancel(context.Background())
	a, err := newApp(ctx, cfg, slog.New(slog.NewTextHandler(out, nil)), demoPlayground(catalogue.In("en")))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.seed(ctx, at, false); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the demo ended with: %v", err)
		}
	})
	return a.url + "/console/"
}

// shots keeps a picture of every step where SCREENSHOTS names a folder, to be
// looked at; those of the README are kept in the folder PICTURES.
func shots(t *testing.T, p *browsertest.Page) func(name string) {
	return func(name string) {
		t.Helper()
		if folder := os.Getenv("SCREENSHOTS"); folder != "" {
			p.Screenshot(filepath.Join(folder, name+".png"))
		}
		if folder := os.Getenv("PICTURES"); folder != "" && slices.Contains([]string{"05-promise", "21-acknowledged"}, name) {
			p.Screenshot(filepath.Join(folder, name[3:]+".png"))
		}
	}
}

// TestStory lives the whole case that the README tells of, click by click: an
// authorized contact, a stranger, a breach and its ladder, a Sunday, a
// suspension, a note and the Monday update.
func TestStory(t *testing.T) {
	url := startDemo(t, "2026-03-06T16:30:00-07:00") // SLA X1: Friday, half past four in Denver
	p := browsertest.New(t)
	shot := shots(t, p)
	p.Visit(url)
	shot("01-start")
	p.Press("Hide these hints")

	// An authorized contact of ACME reports a problem in a conversation.
	p.As("Giulia Bianchi")
	p.Open("acme")
	p.Say("Message", "/case new Dashboards show yesterday's data")
	p.ExpectText("Only visible to you", "I have opened a thread")
	p.Press("1 reply")
	p.ExpectText("Is it an error, a request or a question?")
	shot("02-new")
	p.Press("Error")
	p.ExpectText("Please read the three definitions", "Critical production problem for all users", "Major functions are impaired")
	shot("03-severity")
	p.Press("2 – Major")
	p.ExpectText("Who is affected")
	p.Say("Reply", "Many users, about 40 in sales. No workaround. Since yesterday 14:00.")
	p.ExpectText("Noted:")
	shot("04-answers")
	p.Press("Submit")
	p.ExpectText("Still missing")
	p.Press("Submit as is")
	p.ExpectText("Case ACME-1, severity 2", "Mon 9 Mar 2026, 20:30", "Europe/Rome")
	p.ExpectText("Add details")
	shot("05-promise")
	p.As("Ada Ricci")
	p.Open("triage")
	p.ExpectText("ACME-1 · Dashboards show yesterday's data", "Mon 9 Mar 2026, 13:30", "America/Denver")
	shot("06-triage")

	// A stranger and an untrained contact are refused privately.
	p.As("Sara Conti")
	p.Open("acme")
	p.Say("Message", "/case new The export button does nothing")
	p.ExpectText("Only visible to you", "Giulia Bianchi", "kept your draft")
	shot("07-stranger")
	p.As("Luca Verdi")
	p.Open("acme")
	p.ExpectNoText("kept your draft")
	p.Say("Message", "/case new The login page is slow today")
	p.ExpectText("training")
	p.As("Giulia Bianchi")
	p.Open("casebot")
	p.ExpectText("The export button does nothing", "Submit as 2")
	shot("08-offer")
	p.Press("Submit as 3")
	p.ExpectText("ACME-2")
	shot("09-submitted")

	// Nobody answers: warnings, the breach, level 1 within a minute, level 2 two business hours later.
	p.Press("Advance to next alarm")
	p.As("Tess Novak")
	p.Open("triage")
	for range 8 {
		p.Press("Advance to next alarm")
		p.ExpectText("Advanced to")
	}
	p.Press("Advance 1 day")
	p.Press("Advance 1 day")
	p.Press("Advance 1 day")
	p.ExpectText("50 % used", "75 % used", "90 % used")
	shot("10-warnings")
	p.Open("escalations")
	p.ExpectText("ACME-1 · escalation, level 1")
	shot("11-level1")
	p.Open("management")
	p.ExpectText("ACME-1 · escalation, level 2")
	shot("12-level2")
}

// TestAnswerStopsTheLadder: an agent answers, the climb ends wherever it was
// told, the follow-up clock runs, and the customer's card says so.
func TestAnswerStopsTheLadder(t *testing.T) {
	url := startDemo(t, "2026-03-08T13:00:00-06:00") // a Sunday
	p := browsertest.New(t)
	shot := shots(t, p)
	p.Visit(url)
	p.Press("Hide these hints")

	// Severity 1 on a Sunday runs at once.
	p.As("Giulia Bianchi")
	p.Open("acme")
	p.Say("Message", "/case new Nobody can sign in, all dashboards are down")
	p.Press("1 reply")
	p.Press("Error")
	p.Press("1 – Critical")
	p.Press("Submit")
	p.ExpectText("Case ACME-1, severity 1", "Mon 9 Mar 2026, 00:00") // 4 h elapsed from 20:00 in Rome
	shot("20-sunday")
	p.Press("Advance 1 day")
	p.As("Tess Novak")
	p.Open("escalations")
	p.ExpectText("ACME-1 · escalation, level 1")
	p.Press("Acknowledge")
	p.ExpectText("Acknowledged by Tess Novak")
	shot("21-acknowledged")

	// The agent replies from triage, under her name.
	p.As("Ada Ricci")
	p.Open("triage")
	p.Say("Message", "/case reply ACME-1 We found the cause and are restoring the sign-in service.")
	p.As("Tess Novak")
	p.Open("escalations")
	p.ExpectText("Answered by Ada Ricci")
	shot("22-answered")

	// A note is nowhere on the customer's side.
	p.As("Ada Ricci")
	p.Open("triage")
	p.Say("Message", "/case note ACME-1 The customer's proxy is misconfigured, again")
	p.ExpectText("Only visible to you")
	p.As("Giulia Bianchi")
	p.Open("acme")
	p.ExpectText("We are looking at it", "Next response target")
	p.ExpectNoText("misconfigured")
	shot("23-customer")

	// The weekly update came by itself on Monday, 09:00 in Rome.
	p.ExpectText("Weekly update for Acme S.p.A.", "As of Mon 9 Mar 2026, 09:00")

	// Finance suspends GLOBEX; its contact is refused, privately.
	p.As("Fay Moore")
	p.Open("ops")
	p.Say("Message", "/support standing GLOBEX suspended invoice 4711 unpaid")
	p.ExpectText("Only visible to you")
	shot("24-standing")
	p.As("Hank Scorpio")
	p.Open("globex")
	p.Say("Message", "/case new The portal shows an old logo")
	p.ExpectText("Technical support for your account is paused", "billing contact")
	p.ExpectNoText("4711")
	shot("25-suspended")
}
