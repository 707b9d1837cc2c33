package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"casebot/policy"
)

// special reads the types whose form in the file is not their form in Go; it
// reports whether v is of such a type.
func (d *decoder) special(n *yaml.Node, path string, v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	switch to := v.Addr().Interface().(type) {
	case *time.Duration:
		d.duration(n, path, to)
	case *Redis:
		d.redis(n, path, to)
	case *Source:
		d.source(n, path, to)
	case *policy.Contact:
		d.contact(n, path, to)
	case *policy.Packages:
		d.packages(n, path, to)
	case *CalendarMap:
		d.calendars(n, path, to)
	case *[]string:
		return d.single(n, path, to)
	default:
		return false
	}
	return true
}

const day = 24 * time.Hour

// ParseDuration reads a Go duration, or days such as 730d.
func ParseDuration(text string) (time.Duration, error) {
	if number, found := strings.CutSuffix(text, "d"); found {
		if days, err := strconv.Atoi(number); err == nil && days >= 0 && days <= 100_000 {
			return time.Duration(days) * day, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is not a duration: write one such as 30m, 4h or 730d", text)
	}
	return d, nil
}

func (d *decoder) duration(n *yaml.Node, path string, to *time.Duration) {
	text, ok := d.value(n, path)
	if !ok {
		return
	}
	parsed, err := ParseDuration(text)
	if err != nil {
		d.mistake(n, path, "%s", err)
		return
	}
	*to = parsed
}

// single takes one text where a list of texts is wanted.
func (d *decoder) single(n *yaml.Node, path string, to *[]string) bool {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return false
	}
	if text, ok := d.value(n, path); ok {
		*to = []string{text}
	}
	return true
}

// plainRedis and plainSource are the long forms of Redis and Source.
type (
	plainRedis  Redis
	plainSource Source
)

// embedded is the word for a Redis inside the process.
const embedded = "embedded"

func (d *decoder) redis(n *yaml.Node, path string, to *Redis) {
	var read plainRedis
	if n.Kind == yaml.ScalarNode {
		d.scalar(n, path, reflect.ValueOf(&read.URL).Elem())
	} else {
		d.structure(n, path, reflect.ValueOf(&read).Elem())
	}
	if read.URL == embedded {
		read.URL, read.Embedded = "", true
	}
	if read.URL != "" || read.Embedded || len(read.Addresses) > 0 {
		*to = Redis(read)
	}
}

func (d *decoder) source(n *yaml.Node, path string, to *Source) {
	var read plainSource
	if n.Kind != yaml.ScalarNode {
		d.structure(n, path, reflect.ValueOf(&read).Elem())
	} else if text, ok := d.value(n, path); ok {
		read.Read = text
		if strings.Contains(text, "://") {
			read.URL = text
		}
	}
	*to = Source(read)
}

func (d *decoder) contact(n *yaml.Node, path string, to *policy.Contact) {
	var entry contactEntry
	d.structure(n, path, reflect.ValueOf(&entry).Elem())
	*to = entry.contact()
}
