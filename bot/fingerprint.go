package bot

import (
	"encoding/binary"
	"hash/crc64"
	"strconv"
	"time"
)

var ecma = crc64.MakeTable(crc64.ECMA)

// fingerprint is a short name of all that a message says and shows, so that a
// card is sent again only where it changed.
func (m Message) fingerprint() string {
	var room [4096]byte // enough for most cards; a longer one takes it from the heap
	return strconv.FormatUint(crc64.Checksum(imprint(room[:0]).message(m), ecma), 16)
}

// imprint is a message as bytes. Every text stands after its length and every
// list after its number, so that no two messages have the same. Each method
// returns it with something added.
type imprint []byte

func (p imprint) message(m Message) imprint {
	p = p.texts(m.Text, m.Title, string(m.Tone), m.Small).flag(m.Author != nil)
	if m.Author != nil {
		p = p.texts(m.Author.Name, m.Author.Ref).flag(m.Author.Staff)
	}
	p = p.number(len(m.Sections))
	for i := range m.Sections {
		p = p.section(&m.Sections[i])
	}
	p = p.number(len(m.Controls))
	for i := range m.Controls {
		p = p.control(&m.Controls[i])
	}
	p = p.number(len(m.Files))
	for _, f := range m.Files {
		p = p.texts(f.Ref, f.Name, f.Type, f.Alt).number(int(f.Size))
	}
	p = p.number(len(m.Charts))
	for i := range m.Charts {
		p = p.chart(&m.Charts[i])
	}
	return p.list(m.Mentions)
}

func (p imprint) section(s *Section) imprint {
	p = p.texts(s.Title, s.Text).flag(s.Markup).flag(s.Quote).number(len(s.Fields))
	for i := range s.Fields {
		f := &s.Fields[i]
		p = p.texts(f.Label, f.Value).time(f.Time)
	}
	p = p.number(len(s.Rows))
	for _, row := range s.Rows {
		p = p.list(row)
	}
	return p
}

func (p imprint) control(c *Control) imprint {
	p = p.texts(string(c.Kind), c.Label, c.Command, c.URL, string(c.Style), c.Confirm).number(len(c.Options))
	for _, o := range c.Options {
		p = p.texts(o.Label, o.Value, o.Detail)
	}
	return p
}

func (p imprint) chart(c *Chart) imprint {
	p = p.texts(c.Name, c.Title, c.Alt).list(c.Labels).number(len(c.Series))
	for i := range c.Series {
		s := &c.Series[i]
		p = p.texts(s.Label, string(s.Tone)).number(len(s.Values))
		for _, v := range s.Values {
			p = p.number(v)
		}
	}
	return p
}

func (p imprint) list(l []string) imprint { return p.number(len(l)).texts(l...) }

func (p imprint) texts(l ...string) imprint {
	for _, s := range l {
		p = append(p.number(len(s)), s...)
	}
	return p
}

func (p imprint) flag(yes bool) imprint {
	if yes {
		return append(p, 1)
	}
	return append(p, 0)
}

func (p imprint) number(n int) imprint { return binary.AppendVarint(p, int64(n)) }

func (p imprint) time(t time.Time) imprint {
	return imprint(binary.AppendVarint(p, t.Unix())).number(t.Nanosecond())
}
