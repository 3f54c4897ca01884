// Package outbox writes what would go to a provider into files, for trying out and
// for systems that read files. A file is there whole or not at all.
//
// What is in it was never let out of the shop, so that it is erased with its customer:
// their mails, tickets and leads are deleted, and the list of an audience is rewritten without
// them. Whatever has read the files before has its own copy, and sees from their absence
// what it has to delete.
package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// Folder is where files are written. Its files are safe against a crash, and, but
// for Put of one name, against several writers.
type Folder string

// begun is the folder within it of files that are being written, so that they are
// found quickly among a million that were.
const begun = ".begun"

// Open makes the folder if need be, sees that it can be written to, and clears away
// what a process that was killed had begun to write: its action comes again, but what
// it held, a customer's mail, would stay. Channels open it before they write to it.
func Open(path string) (Folder, error) {
	within := filepath.Join(path, begun)
	if err := errors.Join(os.RemoveAll(within), os.MkdirAll(within, 0o750)); err != nil {
		return "", fmt.Errorf("OUTBOX is %q, expected a folder that can be written to: %w", path, err)
	}
	probe, err := os.CreateTemp(path, ".probe-*")
	if err != nil {
		return "", fmt.Errorf("OUTBOX is %q, expected a folder that can be written to: %w", path, err)
	}
	return Folder(path), errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// A count in an expression is as many copies of it, made each time a program starts.
var plain = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]*$`)

const longest = 200

// Path returns where the file of a name is. A name is 1 to 200 letters, digits, dots,
// - and _, and does not begin with a dot; anything else is an error, so that no name
// leads out of the folder.
func (f Folder) Path(name string) (string, error) {
	if len(name) > longest || !plain.MatchString(name) {
		return "", fmt.Errorf("outbox: %q is no name of a file, expected letters, digits, dots, - and _", name)
	}
	return filepath.Join(string(f), name), nil
}

// Has tells whether there is a file of the name.
func (f Folder) Has(name string) (bool, error) {
	path, err := f.Path(name)
	if err != nil {
		return false, err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Put replaces the file of the name by one with data.
func (f Folder) Put(name string, data []byte) error {
	path, err := f.Path(name)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Join(string(f), begun), "put-*")
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	defer os.Remove(file.Name()) //nolint:errcheck // it is renamed by then
	if err := fill(file, data); err != nil {
		return fmt.Errorf("outbox: write %s: %w", name, err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("outbox: write %s: %w", name, err)
	}
	return f.sync()
}

func fill(file *os.File, data []byte) error {
	_, err := file.Write(data)
	return errors.Join(err, file.Chmod(0o640), file.Sync(), file.Close())
}

// sync makes a renaming last.
func (f Folder) sync() error {
	folder, err := os.Open(string(f))
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return errors.Join(folder.Sync(), folder.Close())
}
