package config

import "strings"

// place is where a path of the configuration was written.
type place struct {
	file string
	line int // 0: nowhere in particular
}

// defaultsFile is the name of the defaults in places.
const defaultsFile = "defaults.yaml"

// near is the place where a path, or else what it is part of, was written by
// the vendor; the defaults are nobody's mistake.
func near(places map[string]place, path string) place {
	for path != "" {
		if at, found := places[path]; found && at.file != defaultsFile {
			return at
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return places[""]
}

func (d *decoder) near(path string) place { return near(d.places, path) }
