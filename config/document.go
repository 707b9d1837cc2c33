package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// syntaxLine finds the line in the parser's own words, "yaml: line 3: …".
var syntaxLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

// parseDocument reads the one YAML document of a file. An empty file is an
// empty document: nil without a mistake.
func parseDocument(file string, raw []byte, r *report) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		r.add(syntaxMistake(file, err))
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.add(Mistake{File: file, Line: second.Line, Message: "a second document begins here: keep one document a file"})
	} else if !errors.Is(err, io.EOF) {
		r.add(syntaxMistake(file, err))
	}
	if len(document.Content) == 0 {
		return nil
	}
	return document.Content[0]
}

func syntaxMistake(file string, err error) Mistake {
	m := Mistake{File: file, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if parts := syntaxLine.FindStringSubmatch(err.Error()); parts != nil {
		m.Line, _ = strconv.Atoi(parts[1])
		m.Message = parts[2]
	}
	m.Message = "this is not YAML: " + m.Message
	return m
}

// Sources is what a configuration may refer to outside itself.
type Sources struct {
	Env      func(name string) (string, bool)  // ${NAME}
	ReadFile func(path string) ([]byte, error) // ${file:PATH}, and the directory; relative to the configuration
}

// reference matches ${NAME}, ${file:PATH} and the escaped $${.
var reference = regexp.MustCompile(`\$\$\{|\$\{[^}]*\}?`)

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// expand replaces the references in a text. What is put in is not looked at again.
func (s Sources) expand(text string) (string, error) {
	if !strings.Contains(text, "${") {
		return text, nil
	}
	var errs []error
	expanded := reference.ReplaceAllStringFunc(text, func(found string) string {
		if found == "$${" {
			return "${"
		}
		value, err := s.resolve(found)
		if err != nil {
			errs = append(errs, err)
		}
		return value
	})
	return expanded, errors.Join(errs...)
}

func (s Sources) resolve(found string) (string, error) {
	name, closed := strings.CutSuffix(strings.TrimPrefix(found, "${"), "}")
	if !closed {
		return "", fmt.Errorf("%q has no closing brace: write ${NAME}, or $${ for the two characters themselves", found)
	}
	if path, isFile := strings.CutPrefix(name, "file:"); isFile {
		if s.ReadFile == nil {
			return "", fmt.Errorf("%s: files cannot be read here", found)
		}
		raw, err := s.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("%s cannot be read: %w", found, err)
		}
		return strings.TrimRight(string(raw), "\r\n"), nil
	}
	if !envName.MatchString(name) {
		return "", fmt.Errorf("%s names no environment variable: write ${NAME}, ${file:PATH}, or $${ for the two characters themselves", found)
	}
	if s.Env != nil {
		if value, set := s.Env(name); set {
			return value, nil
		}
	}
	return "", fmt.Errorf("the environment variable %s is not set: set it, or write the value here", name)
}
