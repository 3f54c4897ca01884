// Command several is made of several modules.
package main

import (
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/uuid"
	"gopkg.in/yaml.v3"
)

func main() {
	text, err := yaml.Marshal(map[string]any{uuid.NewString(): types.OCILayer})
	println(string(text), err)
}
