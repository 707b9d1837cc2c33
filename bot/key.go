package bot

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind says what a record is.
type Kind string

// The kinds of record. The first five live in their subscriber's shard, the
// others in a shard of their own.
const (
	KindDraft      Kind = "draft"
	KindCase       Kind = "case"
	KindCounter    Kind = "counter"
	KindSubscriber Kind = "subscriber"
	KindPerson     Kind = "person"
	KindRoom       Kind = "room"
)

// shared tells whether records of the kind live in their subscriber's shard
// and so carry an id of their own beside it.
func (k Kind) shared() bool { return k == KindDraft || k == KindCase }

// Key names a record. All records with one Owner share a shard, so that one
// transition may change several of them.
type Key struct {
	Kind  Kind
	Owner string // what chooses the shard: the subscriber's key, a person's or a room's reference
	ID    string // empty for kinds that an owner has one of
}

// CaseKey names a case by its subscriber and number.
func CaseKey(subscriber string, number int64) Key {
	return Key{KindCase, subscriber, strconv.FormatInt(number, 10)}
}

// DraftKey names a draft of a subscriber.
func DraftKey(subscriber, id string) Key { return Key{KindDraft, subscriber, id} }

// CounterKey names the case counter of a subscriber.
func CounterKey(subscriber string) Key { return Key{Kind: KindCounter, Owner: subscriber} }

// SubscriberKey names a subscriber.
func SubscriberKey(subscriber string) Key { return Key{Kind: KindSubscriber, Owner: subscriber} }

// PersonKey names a person by a reference such as "slack:U0ADA".
func PersonKey(ref string) Key { return Key{Kind: KindPerson, Owner: ref} }

// RoomKey names a shared room by a reference such as "slack:C0OPS".
func RoomKey(ref string) Key { return Key{Kind: KindRoom, Owner: ref} }

// Zero tells whether the key names nothing.
func (k Key) Zero() bool { return k.Kind == "" }

// String returns the stored form: "case/ACME/42", "room/slack:T1/C0OPS".
func (k Key) String() string {
	if k.ID == "" {
		return string(k.Kind) + "/" + k.Owner
	}
	return string(k.Kind) + "/" + k.Owner + "/" + k.ID
}

// ParseKey reads the form that String writes.
func ParseKey(s string) (Key, error) {
	kind, rest, ok := strings.Cut(s, "/")
	k := Key{Kind: Kind(kind), Owner: rest}
	if k.Kind.shared() {
		k.Owner, k.ID, ok = strings.Cut(rest, "/")
	}
	if !ok || k.Kind == "" || k.Owner == "" || (k.Kind.shared() && k.ID == "") {
		return Key{}, fmt.Errorf("parse key %q: want kind/owner or kind/owner/id", s)
	}
	return k, nil
}

// MarshalText implements encoding.TextMarshaler.
func (k Key) MarshalText() ([]byte, error) {
	if k.Zero() {
		return nil, nil
	}
	return []byte(k.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *Key) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*k = Key{}
		return nil
	}
	parsed, err := ParseKey(string(text))
	if err != nil {
		return err
	}
	*k = parsed
	return nil
}
