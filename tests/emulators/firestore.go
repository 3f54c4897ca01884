package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"redthread.dev/tests/emulators/stores"
)

// firestore runs the emulator that Google's SDK has, by its own script: gcloud would
// start it as a child of a child, which nobody ends when gcloud is killed.
func firestore(ctx context.Context, l *launch, _ bool) error {
	script, err := firestoreScript(ctx)
	if err != nil {
		return err
	}
	java := "java"
	if own := os.Getenv("JAVA"); own != "" {
		java = own
	}
	if _, err := exec.LookPath(java); err != nil {
		return notInstalled{"Java, which Google's Firestore emulator needs,", "apt-get install openjdk-17-jre-headless has it"}
	}
	l.cmd = exec.Command(script, "start", "--host=127.0.0.1", "--port="+strings.TrimPrefix(l.addr(), "127.0.0.1:"))
	l.cmd.Env = append(os.Environ(), "JAVA=exec "+java) // the script becomes Java, so that it is ours to end
	l.stop = syscall.SIGTERM
	l.answers = func(ctx context.Context) error { return found(ctx, "http://"+l.addr()+"/") }
	l.variables = []variable{{"FIRESTORE_EMULATOR_HOST", l.addr()}, {stores.FirestoreVariable, l.addr()}}
	l.store = "firestore://redthread"
	return nil
}

// firestoreScript finds the script below gcloud's folder: beside the program that
// gcloud's name leads to, else where gcloud says, which takes it a second.
func firestoreScript(ctx context.Context) (string, error) {
	missing := notInstalled{"Google's Firestore emulator", "gcloud components install cloud-firestore-emulator has it, or Google's " +
		"package google-cloud-cli-firestore-emulator"}
	gcloud, err := exec.LookPath("gcloud")
	if err != nil {
		return "", missing
	}
	roots := []func() string{
		func() string {
			real, _ := filepath.EvalSymlinks(gcloud) //nolint:errcheck // then it is not there
			return filepath.Dir(filepath.Dir(real))
		},
		func() string {
			out, _ := exec.CommandContext(ctx, gcloud, "info", "--format=value(installation.sdk_root)").Output() //nolint:errcheck // as above
			return strings.TrimSpace(string(out))
		},
	}
	for _, root := range roots {
		script := filepath.Join(root(), "platform", "cloud-firestore-emulator", "cloud_firestore_emulator")
		if _, err := os.Stat(script); err == nil {
			return script, nil
		}
	}
	return "", missing
}
