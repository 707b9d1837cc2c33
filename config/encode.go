package config

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Encode writes a directory as the file that LoadDirectory reads.
func (d *Directory) Encode() ([]byte, error) {
	type subscriberEntry struct {
		Subscriber
		Contacts []contactEntry `json:"contacts,omitempty"` // stands before Subscriber's own
	}
	var file struct {
		Subscribers []subscriberEntry `json:"subscribers"`
	}
	file.Subscribers = []subscriberEntry{} // an empty desk is a list, too
	for _, s := range d.Subscribers {
		entry := subscriberEntry{Subscriber: s}
		for _, c := range s.Contacts {
			entry.Contacts = append(entry.Contacts, entryOf(c))
		}
		file.Subscribers = append(file.Subscribers, entry)
	}
	raw, err := json.Marshal(file)
	if err != nil {
		return nil, fmt.Errorf("encode directory: %w", err)
	}
	// JSON is YAML; read as such it keeps the order of the keys.
	var document yaml.Node
	if err := yaml.Unmarshal(raw, &document); err != nil {
		return nil, fmt.Errorf("encode directory: %w", err)
	}
	block(&document)
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(&document); err != nil {
		return nil, fmt.Errorf("encode directory: %w", err)
	}
	return b.Bytes(), nil
}

// block takes the braces and quotes of JSON away; the encoder puts back those
// that a text needs.
func block(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		block(child)
	}
}
