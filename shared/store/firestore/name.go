package firestore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// maxName is the most bytes that Firestore takes in a document's name, and in a field's.
const maxName = 1500

// nameOf is the name of the document with that ID: the ID where Firestore takes it,
// else with / . and _ in the way of URLs where it does not, and % always. An ID that
// grows too long is cut, with its SHA-256 instead of the rest. Different IDs have
// different names; the ID itself is in the document's field id.
func nameOf(id string) string {
	name := strings.NewReplacer("%", "%25", "/", "%2F").Replace(id)
	switch {
	case name == "." || name == "..":
		return "%2E" + name[1:]
	case reserved(name):
		name = "%5F" + name[1:]
	}
	if len(name) <= maxName {
		return name
	}
	sum := sha256.Sum256([]byte(id))
	kept := name[:maxName-100]
	for !utf8.ValidString(kept) {
		kept = kept[:len(kept)-1]
	}
	return kept + "%~" + hex.EncodeToString(sum[:]) // no % of another name is followed by ~
}

// fieldOf is the name of the field for a JSON object's member: the same but for those
// that Firestore does not take, and those with % in front, which is ours.
func fieldOf(member string) string {
	switch {
	case member == "":
		return "%"
	case member[0] == '%':
		return "%25" + member[1:]
	case reserved(member):
		return "%5F" + member[1:]
	}
	return member
}

// memberOf is the inverse of fieldOf.
func memberOf(field string) string {
	if field == "%" {
		return ""
	}
	if rest, found := strings.CutPrefix(field, "%25"); found {
		return "%" + rest
	}
	if rest, found := strings.CutPrefix(field, "%5F"); found {
		return "_" + rest
	}
	return field
}

// reserved tells the names that Firestore keeps for itself.
func reserved(name string) bool {
	return len(name) >= 4 && strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}
