package words

import (
	"fmt"
	"strings"
)

// ParseKeys reads the keys that links are signed with as they stand in a setting
// (LINK_KEY): separated by commas, the one that signs first. Each is taken letter by
// letter, so that a key is the same whatever it looks like. The error says which one
// has fewer than 32 letters, never the key itself.
func ParseKeys(setting string) ([][]byte, error) {
	var keys [][]byte
	for i, key := range strings.Split(setting, ",") {
		key = strings.TrimSpace(key)
		if len(key) < minKey {
			return nil, fmt.Errorf("key %d of %d has %d characters, expected at least %d; make one with: openssl rand -hex 32",
				i+1, strings.Count(setting, ",")+1, len(key), minKey)
		}
		keys = append(keys, []byte(key))
	}
	return keys, nil
}

// ReadLinks is NewLinks for the settings that every function has which writes or opens
// links, PUBLIC_URL and LINK_KEY. The error names the one that is wrong.
func ReadLinks(publicURL, linkKey string) (Links, error) {
	keys, err := ParseKeys(linkKey)
	if err != nil {
		return Links{}, fmt.Errorf("LINK_KEY: %w", err)
	}
	links, err := NewLinks(publicURL, keys)
	if err != nil {
		return Links{}, fmt.Errorf("PUBLIC_URL: %w", err)
	}
	return links, nil
}
