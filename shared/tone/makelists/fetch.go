package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bundle is an npm package: its files by path, without the leading "package/".
type bundle map[string][]byte

// fetch gets one pinned npm package, as name@version.
func fetch(name string) (bundle, error) {
	dir, err := os.MkdirTemp("", "makelists")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var stderr bytes.Buffer
	pack := exec.Command("npm", "pack", "--silent", name)
	pack.Dir, pack.Stderr = dir, &stderr
	printed, err := pack.Output()
	if err != nil {
		return nil, fmt.Errorf("npm pack %s: %w: %s", name, err, stderr.String())
	}
	lines := strings.Fields(string(printed))
	if len(lines) == 0 {
		return nil, fmt.Errorf("npm pack %s named no file", name)
	}
	archive, err := os.Open(filepath.Join(dir, lines[len(lines)-1]))
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return unpack(archive)
}

func unpack(archive io.Reader) (bundle, error) {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return nil, err
	}
	files, entries := bundle{}, tar.NewReader(plain)
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			return nil, err
		}
		_, path, _ := strings.Cut(header.Name, "/")
		files[path] = content
	}
}
