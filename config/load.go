package config

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"casebot/policy/calendar"
)

//go:embed defaults.yaml
var defaults []byte

// Load reads the configuration at path, and the directory that it names. An
// error is a *MistakesError unless the file cannot be read at all.
func Load(path string) (*Config, []Warning, error) {
	l, err := ReadLayer(path)
	if err != nil {
		return nil, nil, err
	}
	return ParseOver(l)
}

// ReadLayer reads the file of a configuration, for ParseOver.
func ReadLayer(path string) (Layer, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return Layer{}, fmt.Errorf("read configuration: %w", err)
	}
	return Layer{File: path, Raw: raw, Sources: besides(path)}, nil
}

// besides reads the environment of this process, and files relative to path.
func besides(path string) Sources {
	return Sources{Env: os.LookupEnv, ReadFile: func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), name)
		}
		return os.ReadFile(name)
	}}
}

// Layer is a configuration that is already in memory. File is its name in
// messages.
type Layer struct {
	File    string
	Raw     []byte
	Sources Sources
}

// Parse reads a configuration that is already in memory. File is its name in
// messages.
func Parse(file string, raw []byte, sources Sources) (*Config, []Warning, error) {
	return ParseOver(Layer{file, raw, sources})
}

// ParseOver reads configurations over each other, the first one over the
// defaults. An entry of a later one goes over an earlier one's as any does over
// the defaults'.
func ParseOver(layers ...Layer) (*Config, []Warning, error) {
	r := &report{}
	c := &Config{}
	under := c.readDefaults(r)
	names := under // the decoder of the file that names the directory
	for _, l := range layers {
		r.files = append(r.files, l.File)
		d := under.over(l.File, l.Sources)
		named := c.DirectoryRef
		if !d.readFile(l.Raw, c) {
			return nil, r.sorted(), r.err()
		}
		if c.DirectoryRef != named {
			names = d
		}
	}
	for i := range c.Staff {
		c.Staff[i].Refs = c.Staff[i].IDs.Refs()
	}
	if c.DirectoryRef != "" {
		c.readDirectory(names)
	}
	check := &checker{report: r, places: under.places}
	check.config(c)
	if c.Directory != nil {
		c.Directory.complete(c)
		check.directory(c, c.Directory)
	}
	if err := r.err(); err != nil {
		return nil, r.sorted(), err
	}
	return c, r.sorted(), nil
}

// LoadCalendars reads nothing but the calendars of the configuration at path. An
// error is a *MistakesError unless the file cannot be read at all.
func LoadCalendars(path string) (CalendarMap, []Warning, error) {
	l, err := ReadLayer(path)
	if err != nil {
		return nil, nil, err
	}
	return ParseCalendars(l.File, l.Raw, l.Sources)
}

// ParseCalendars reads nothing but the calendars of a configuration that is
// already in memory: what is wrong elsewhere does not matter. Those of the
// defaults are there as well, unless the file has its own of the same name.
func ParseCalendars(file string, raw []byte, sources Sources) (CalendarMap, []Warning, error) {
	r := &report{files: []string{file}}
	c := &Config{}
	d := c.readDefaults(r).over(file, sources)
	d.only = "calendars"
	d.readFile(raw, c)
	if err := r.err(); err != nil {
		return nil, r.sorted(), err
	}
	return c.Calendars, r.sorted(), nil
}

// LoadCommands reads nothing but the names of the Slack commands of the
// configuration at path: what else is wrong or missing, such as a token that
// there cannot be yet, does not matter.
func LoadCommands(path string) (command, support string, err error) {
	l, err := ReadLayer(path)
	if err != nil {
		return "", "", err
	}
	r := &report{files: []string{l.File}}
	c := &Config{}
	d := c.readDefaults(r).over(l.File, l.Sources)
	d.only = "slack"
	if !d.readFile(l.Raw, c) {
		return "", "", r.err()
	}
	return c.Slack.Command, c.Slack.SupportCommand, nil
}

// readDefaults reads the defaults into c, and gives their decoder.
func (c *Config) readDefaults(r *report) *decoder {
	d := newDecoder(r, defaultsFile, Sources{})
	d.lenient = true
	d.readFile(defaults, c)
	c.CalendarVersions = d.versions
	return d
}

// over is the decoder of a file that goes over what was read.
func (d *decoder) over(file string, sources Sources) *decoder {
	return &decoder{report: d.report, file: file, sources: sources, places: d.places, versions: d.versions}
}

// LoadDirectory reads the directory at path and checks it against c.
func LoadDirectory(path string, c *Config) (*Directory, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read directory: %w", err)
	}
	directory, _, err := ParseDirectory(path, raw, c, besides(path))
	return directory, err
}

// ParseDirectory reads a directory that is already in memory and checks it
// against c. File is its name in messages.
func ParseDirectory(file string, raw []byte, c *Config, sources Sources) (*Directory, []Warning, error) {
	r := &report{files: []string{file}}
	d := newDecoder(r, file, sources)
	directory := &Directory{}
	if d.readFile(raw, directory) {
		directory.complete(c)
		check := &checker{report: r, places: d.places}
		check.directory(c, directory)
	}
	if err := r.err(); err != nil {
		return nil, r.sorted(), err
	}
	return directory, r.sorted(), nil
}

func newDecoder(r *report, file string, sources Sources) *decoder {
	return &decoder{
		report: r, file: file, sources: sources,
		places: map[string]place{}, versions: map[string][]calendar.Spec{},
	}
}

// readFile reads one file into a struct; it reports whether the file is YAML.
func (d *decoder) readFile(raw []byte, to any) bool {
	before := len(d.mistakes)
	n := parseDocument(d.file, raw, d.report)
	if n == nil {
		d.places[""] = place{file: d.file}
		return len(d.mistakes) == before
	}
	value := reflect.ValueOf(to).Elem()
	if d.only != "" {
		n = section(n, d.only, fieldsOf(value).keys)
	}
	d.nodes = 1000 + nodesPerByte*len(raw)
	d.decode(n, "", value)
	return true
}

// section leaves of a document only one section: the rest is not looked at,
// but for what may be its name misspelt where it is missing itself.
func section(root *yaml.Node, name string, known []string) *yaml.Node {
	if root.Kind != yaml.MappingNode {
		return root
	}
	left, misspelt := *root, *root
	left.Content, misspelt.Content = nil, nil
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i].Value; {
		case key == name:
			left.Content = append(left.Content, root.Content[i:i+2]...)
		case !slices.Contains(known, key) && nearest(key, known) == name:
			misspelt.Content = append(misspelt.Content, root.Content[i:i+2]...)
		}
	}
	if len(left.Content) == 0 {
		return &misspelt
	}
	return &left
}

// readDirectory reads the directory that the configuration names. Its own
// references are relative to the configuration, too.
func (c *Config) readDirectory(d *decoder) {
	raw, err := []byte(nil), errors.New("files cannot be read here")
	if d.sources.ReadFile != nil {
		raw, err = d.sources.ReadFile(c.DirectoryRef)
	}
	if err != nil {
		at := d.near("directory")
		d.add(Mistake{File: at.file, Line: at.line, Path: "directory", Message: "the directory cannot be read: " + err.Error()})
		return
	}
	// The path of the file as a person would find it from here.
	name := c.DirectoryRef
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(d.file), name)
	}
	d.files = append(d.files, name)
	own := &decoder{report: d.report, file: name, sources: d.sources, places: d.places}
	directory := &Directory{}
	root := d.places[""]
	if own.readFile(raw, directory) {
		c.Directory = directory
	}
	d.places[""] = root
}
