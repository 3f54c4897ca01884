// Package pack makes container images of static Linux programs, with neither a container
// engine nor a base image: a root file system that holds the program and what it needs,
// and nothing else. What goes in alone decides what comes out, digest by digest.
package pack

import (
	"cmp"
	"compress/gzip"
	"debug/elf"
	"fmt"
	"os"
	"path"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// User is who a program runs as: the user and group that are called nonroot elsewhere.
const User = "65532:65532"

// Program is a static Linux executable, and what its image says of it.
type Program struct {
	Binary   string            // path of the executable
	Name     string            // the executable is /Name in the image, and the entry point
	Platform v1.Platform       // linux/amd64 or linux/arm64; zero: what the executable is built for
	Env      []string          // NAME=VALUE; none is there otherwise
	Port     int               // TCP, 1 to 65535; zero: none is told
	Labels   map[string]string // such as org.opencontainers.image.version
	Created  time.Time         // in the image's configuration, to the second; zero: 1970
	Files    map[string][]byte // further files by absolute path, each in a layer of its own
	Level    int               // of gzip, 1 (fast) to 9 (small); zero: 9
}

// Image returns the program's image. It fails when the executable cannot be read, is not
// static, or is for another platform.
func (p Program) Image() (v1.Image, error) {
	built, err := static(p.Binary)
	if err != nil {
		return nil, err
	}
	if p.Platform.Equals(v1.Platform{}) {
		p.Platform = built
	}
	if !p.Platform.Equals(built) {
		return nil, fmt.Errorf("pack %s: it is built for %s, expected %s", p.Binary, built, p.Platform)
	}
	if p.Name == "" || path.Base(p.Name) != p.Name {
		return nil, fmt.Errorf("pack %s: the name is %q, expected a file's name without a folder", p.Binary, p.Name)
	}
	binary, err := os.ReadFile(p.Binary)
	if err != nil {
		return nil, fmt.Errorf("pack %s: %w", p.Binary, err)
	}
	if p.Created.IsZero() {
		p.Created = time.Unix(0, 0)
	}
	p.Created, p.Level = p.Created.UTC().Truncate(time.Second), cmp.Or(p.Level, gzip.BestCompression)
	image, err := p.assemble(binary)
	if err != nil {
		return nil, fmt.Errorf("pack %s: %w", p.Binary, err)
	}
	return image, nil
}

// machines are the processors that images are made for.
var machines = map[elf.Machine]string{elf.EM_X86_64: "amd64", elf.EM_AARCH64: "arm64"}

// static returns what an executable is built for. One that asks for a dynamic linker is
// refused, as there is none in the image.
func static(binary string) (v1.Platform, error) {
	f, err := elf.Open(binary)
	if err != nil {
		return v1.Platform{}, fmt.Errorf("pack %s: expected a Linux executable: %w", binary, err)
	}
	defer f.Close()
	for _, segment := range f.Progs {
		if segment.Type == elf.PT_INTERP {
			return v1.Platform{}, fmt.Errorf("pack %s: it needs a dynamic linker, and there is none in the image; build with CGO_ENABLED=0", binary)
		}
	}
	machine, known := machines[f.Machine]
	if !known {
		return v1.Platform{}, fmt.Errorf("pack %s: it is built for %s, expected %s or %s", binary, f.Machine, elf.EM_X86_64, elf.EM_AARCH64)
	}
	return v1.Platform{OS: "linux", Architecture: machine}, nil
}
