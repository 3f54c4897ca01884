// Command image builds the image of infra/knative for each cloud, with neither a container
// engine nor a base image: the program, certificates of public authorities, a bill of
// materials, and nothing else. It writes an OCI image layout and an archive of it for each,
// and pushes them where told.
//
//	go run ./infra/image [-for postgres,firestore,dynamodb] [-push REGISTRY/REPOSITORY:TAG]
//
// The same sources make the same digests, on any machine with the same Go.
//
// It is in the product's own module, as its libraries are few and are linked into nothing
// else: the tests of the house hold for it, and tests/knative packs with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// usage goes before the flags.
const usage = `Builds the image of infra/knative for each cloud, for linux/amd64 and linux/arm64, as an
OCI image layout (FOLDER/CLOUD), an archive of it that ctr images import and docker load
read (FOLDER/CLOUD.tar), and a bill of materials for each platform.

  go run ./infra/image [flags]

A cloud is the tags that link its drivers: postgres, firestore, dynamodb; amazon for mails
and texts by Amazon, which dynamodb has anyway; several joined by +, as in postgres+amazon.
The time of the last commit is the image's; SOURCE_DATE_EPOCH, in seconds, goes before it.

`

func main() {
	w := work{}
	flag.StringVar(&w.clouds, "for", "postgres,firestore,dynamodb", "`CLOUDS` to make images for, separated by commas")
	flag.StringVar(&w.platforms, "platforms", "linux/amd64,linux/arm64", "`PLATFORMS` in each image, separated by commas")
	flag.StringVar(&w.from, "from", ".", "`FOLDER` of the sources")
	flag.StringVar(&w.out, "out", "bin/image", "`FOLDER` to write to")
	flag.StringVar(&w.name, "name", "registry.local/redthread", "`NAME` of the images in layouts and archives; their tag is the cloud")
	flag.StringVar(&w.push, "push", "", "push to `REGISTRY/REPOSITORY:TAG`, as docker login has signed in; of several clouds each to TAG-CLOUD")
	flag.Float64Var(&w.most, "most", 12, "refuse images above this many `MB` compressed, a platform")
	flag.BoolVar(&w.json, "json", false, "print JSON in place of a table")
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := w.run(ctx, flag.Args(), os.Stdout, os.Stderr)
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}
