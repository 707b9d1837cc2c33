package redis

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"casebot/bot"
)

// Everything stored is "head\nrest": the head is what a script compares or a
// reader sorts by, the rest is never looked into by Redis.

// encodeRecord writes a record's version and body as one value.
func encodeRecord(version int64, body []byte) string {
	return strconv.FormatInt(version, 10) + "\n" + string(body)
}

// decodeRecord reads what encodeRecord wrote.
func decodeRecord(key bot.Key, value string) (bot.Versioned, error) {
	head, body, ok := strings.Cut(value, "\n")
	version, err := strconv.ParseInt(head, 10, 64)
	if !ok || err != nil {
		return bot.Versioned{}, &bot.PoisonError{Key: key, Err: errors.New("no version before its body")}
	}
	return bot.Versioned{Key: key, Version: version, Body: []byte(body)}, nil
}

// encodeEntry writes one line of a log under its event's id.
func encodeEntry(event string, body []byte) string { return event + "\n" + string(body) }

// decodeEntry reads what encodeEntry wrote.
func decodeEntry(seq int64, value string) bot.Entry {
	event, body, _ := strings.Cut(value, "\n")
	return bot.Entry{Seq: seq, Event: event, Body: []byte(body)}
}

// encodeDelivery puts a delivery's key before it, so that settle can compare
// the key without reading JSON.
func encodeDelivery(d bot.Delivery) (string, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("encode delivery %s: %w", d.Key, err)
	}
	return d.Key + "\n" + string(text), nil
}

// decodeDelivery reads what encodeDelivery wrote for a record.
func decodeDelivery(record bot.Key, value string) (bot.Delivery, error) {
	key, text, _ := strings.Cut(value, "\n")
	var d bot.Delivery
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return bot.Delivery{}, &bot.PoisonError{Key: record, Err: fmt.Errorf("decode delivery %s: %w", key, err)}
	}
	return d, nil
}

// Times are stored in milliseconds. A present is rounded down and a due time
// up, so that nothing is ever due early.

// present is the last millisecond that t has reached.
func present(t time.Time) int64 { return t.UnixMilli() }

// due is the first millisecond that is not before t.
func due(t time.Time) int64 {
	ms := t.UnixMilli()
	if time.UnixMilli(ms).Before(t) {
		ms++
	}
	return ms
}

// moment is the time that a score stands for.
func moment(ms float64) time.Time { return time.UnixMilli(int64(ms)).UTC() }
