package main

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"redthread.dev/events"
)

// yamlOf writes a document as YAML with its members in order. JSON is YAML: it is
// read as such and only its style is changed.
func yamlOf(document object) ([]byte, error) {
	text, err := compact(document)
	if err != nil {
		return nil, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, err
	}
	block(&root)
	out := bytes.NewBufferString("# Written by go generate ./events.\n")
	encoder := yaml.NewEncoder(out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&root); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// block gives every node YAML's own style, and lists of plain values one line.
func block(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 && n.Content[0].Kind == yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	for _, child := range n.Content {
		block(child)
	}
}

// envelope is the schema of a CloudEvent in structured mode.
func envelope() object {
	text := func(description string) object {
		return object{{"type", "string"}, {"minLength", 1}, {"maxLength", maxString}, {"description", description}}
	}
	return object{
		{"description", "A CloudEvent 1.0 in structured mode."},
		{"type", "object"},
		{"required", []string{"specversion", "id", "source", "type"}},
		{"properties", object{
			{"specversion", object{{"const", events.SpecVersion}}},
			{"id", text("Unique within source: a second event with the same source and id is the same event.")},
			{"source", text("The system that tells it, a URI reference.")},
			{"type", text("What kind of event it is.")},
			{"time", object{{"type", "string"}, {"format", "date-time"}, {"description", "When it happened, 2000 to a day ahead; missing: when it arrives."}}},
			{"subject", text("What it is about; redthread does not read it.")},
			{"datacontenttype", object{{"type", "string"}, {"description", "application/json, or nothing."}}},
			{"dataschema", object{{"type", "string"}, {"description", "The address of the data's JSON Schema."}}},
			{events.ExtProfileID, text("The customer's profile; set by redthread, never by a source.")},
			{events.ExtPartitionKey, text("The same as profileid.")},
			{events.ExtChannel, text("The channel an action is for.")},
			{events.ExtFlow, text("The flow that an action or timer belongs to.")},
			{events.ExtPlan, text("Which plan was addressed to the customer, one of many; set by redthread, never by a source.")},
		}},
	}
}
