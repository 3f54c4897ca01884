// Command pack makes images of programs, with what make image is made of: of each three
// arguments the first is a static program, the second the image's name, and the third the
// archive that is written. The programs are those of a test node, which is a module of its
// own, so that it has us called.
package main

import (
	"compress/gzip"
	"fmt"
	"os"

	"redthread.dev/infra/image/pack"
)

func main() {
	args := os.Args[1:]
	if len(args) == 0 || len(args)%3 != 0 {
		fmt.Fprintln(os.Stderr, "usage: pack PROGRAM IMAGE ARCHIVE …")
		os.Exit(2)
	}
	for ; len(args) > 0; args = args[3:] {
		if err := archive(args[0], args[1], args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// archive compresses little: the image travels no further than this machine.
func archive(program, image, file string) error {
	made, err := pack.Program{Binary: program, Name: "app", Level: gzip.BestSpeed}.Image()
	if err != nil {
		return err
	}
	if err := pack.Save(file+".part", image, made); err != nil {
		return err
	}
	return os.Rename(file+".part", file)
}
