package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"redthread.dev/events"
)

// asyncAPI makes the AsyncAPI 3.0 document. Its schemas are the JSON Schemas in the
// dialect that AsyncAPI reads, draft 7, where a reference has no neighbours.
func (v *vocabulary) asyncAPI() ([]byte, error) {
	var messages, schemas, inChannel object
	var receives, sends []object
	schemas.add("cloudevent", envelope())
	defs := map[string]bool{}
	for _, t := range events.Types() {
		name := events.Short(t)
		messages.add(name, v.message(t))
		inChannel.add(name, object{{"$ref", "#/components/messages/" + name}})
		reference := object{{"$ref", "#/channels/broker/messages/" + name}}
		if fromSource(t) {
			receives = append(receives, reference)
		} else {
			sends = append(sends, reference)
		}
		addSchema(&schemas, defs, name, v.schemas[name])
	}
	document := append(heading(),
		member{"channels", object{{"broker", object{
			{"address", "/"}, {"title", "Broker"}, {"description", "The one place events are posted to, and come from."}, {"messages", inChannel},
		}}}},
		member{"operations", object{
			{"receive", operation("receive", "What a shop's systems tell redthread.", receives)},
			{"send", operation("send", "What redthread's functions tell each other, and who listens.", sends)},
		}},
		member{"components", object{{"messages", messages}, {"schemas", schemas}}},
	)
	return yamlOf(document)
}

func heading() object {
	return object{
		{"asyncapi", "3.0.0"},
		{"info", object{
			{"title", "redthread"}, {"version", "1.0.0"},
			{"description", "The events of a shop that redthread understands: CloudEvents 1.0 over HTTP, in structured mode as shown here, or in binary mode."},
		}},
		{"defaultContentType", "application/cloudevents+json"},
		{"servers", object{{"local", object{
			{"host", "127.0.0.1:8080"}, {"protocol", "http"}, {"description", "go run ./infra/local"},
		}}}},
	}
}

func operation(action, summary string, messages []object) object {
	return object{
		{"action", action}, {"channel", object{{"$ref", "#/channels/broker"}}}, {"summary", summary},
		{"bindings", object{{"http", object{{"method", "POST"}, {"bindingVersion", "0.3.0"}}}}},
		{"messages", messages},
	}
}

func (v *vocabulary) message(eventType string) object {
	name := events.Short(eventType)
	summary := v.schemas[name].get("description").(string)
	payload, _ := json.Marshal(v.samples[name].event)
	return object{
		{"name", eventType}, {"title", strings.TrimSuffix(name, ".v1")}, {"summary", summary}, {"contentType", "application/cloudevents+json"},
		{"payload", object{{"allOf", []object{
			{{"$ref", "#/components/schemas/cloudevent"}},
			{{"type", "object"}, {"required", []string{"data"}}, {"properties", object{
				{"type", object{{"const", eventType}}},
				{"data", object{{"$ref", "#/components/schemas/" + name}}},
			}}},
		}}}},
		{"examples", []object{{{"name", name}, {"payload", json.RawMessage(payload)}}}},
	}
}

// addSchema adds a type's schema, and those of its defs that no type before it had.
func addSchema(schemas *object, seen map[string]bool, name string, document object) {
	defs, _ := document.get("$defs").(object)
	for _, def := range defs {
		if !seen[def.name] {
			seen[def.name] = true
			schemas.add(def.name, draft7(def.value))
		}
	}
	var body object
	for _, m := range document {
		if !strings.HasPrefix(m.name, "$") && m.name != "examples" {
			body = append(body, m)
		}
	}
	schemas.add(name, draft7(body))
}

// draft7 points references at components and puts those with neighbours in an allOf.
func draft7(value any) any {
	switch value := value.(type) {
	case []object:
		var all []any
		for _, o := range value {
			all = append(all, draft7(o))
		}
		return all
	case object:
		var made object
		for _, m := range value {
			if m.name != "$ref" {
				made.add(m.name, draft7(m.value))
				continue
			}
			reference := object{{"$ref", strings.Replace(fmt.Sprint(m.value), "#/$defs/", "#/components/schemas/", 1)}}
			if len(value) == 1 {
				return reference
			}
			made.add("allOf", []object{reference})
		}
		return made
	}
	return value
}
