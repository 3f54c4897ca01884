package audience

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
)

// lists are the files of all audiences and print lists.
type lists struct {
	folder outbox.Folder
	mu     sync.Mutex
	open   map[string]*list // by the file's name
}

func newLists(folder outbox.Folder) *lists { return &lists{folder: folder, open: map[string]*list{}} }

// add writes an entry's line, unless it is there.
func (ls *lists) add(e entry) error {
	l, err := ls.of(e)
	if err != nil {
		return err
	}
	return l.add(e)
}

func (ls *lists) of(e entry) (*list, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	name, header := "audience-"+e.Audience+".csv", header
	if e.Print != nil {
		name, header = "print-"+e.Audience+".csv", printHeader
	}
	if l, ok := ls.open[name]; ok {
		return l, nil
	}
	l := &list{folder: ls.folder, name: name, header: header, done: map[string]bool{}}
	if _, err := ls.folder.Path(l.name); err != nil {
		return nil, &channel.Fault{Never: true, Err: err}
	}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("audience %q: %w", e.Audience, err)
	}
	ls.open[name] = l
	return l, nil
}

// Close closes the files.
func (ls *lists) Close() error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	var errs []error
	for _, l := range ls.open {
		if l.file != nil {
			errs = append(errs, l.file.Close())
		}
	}
	return errors.Join(errs...)
}

var header = []string{"action_id", "at", "operation", "email_sha256", "phone_sha256", "phone_digits_sha256", "products", "reason"}

// list is one file: a line for each change. Who has no line is not on the list, nor is who
// left it in the last of their lines. One process writes it, and rewrites it only to forget
// somebody.
type list struct {
	folder outbox.Folder
	name   string
	header []string
	mu     sync.Mutex
	file   *os.File // nil: to be opened
	size   int64
	done   map[string]bool // actions that have a line, or had one that was forgotten
}

func (l *list) open() error {
	path, err := l.folder.Path(l.name)
	if err != nil {
		return err
	}
	if l.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640); err != nil {
		l.file = nil
		return err
	}
	if err = l.load(); err == nil && l.size == 0 {
		err = l.append(l.header)
	}
	if err != nil {
		return errors.Join(err, l.close())
	}
	return nil
}

func (l *list) close() error {
	err := l.file.Close()
	l.file = nil
	return err
}

// load learns which actions have a line. A last line without an end was torn by a
// crash; it goes, and its action will come again.
func (l *list) load() error {
	lines := bufio.NewReader(l.file)
	l.size = 0
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			_, err := l.file.Seek(l.size, io.SeekStart)
			return errors.Join(err, l.file.Truncate(l.size))
		}
		if err != nil {
			return err
		}
		action, _, _ := strings.Cut(line, ",")
		l.done[action] = true
		l.size += int64(len(line))
	}
}

func (l *list) add(e entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done[e.Action] {
		return nil
	}
	if l.file == nil {
		if err := l.open(); err != nil {
			return fmt.Errorf("audience %q: %w", e.Audience, err)
		}
	}
	if err := l.append(e.record()); err != nil {
		return fmt.Errorf("audience %q: %w", e.Audience, err)
	}
	l.done[e.Action] = true
	return nil
}

// record is the entry's line.
func (e entry) record() []string {
	if e.Print != nil {
		return e.printRecord()
	}
	var emails, phones, digits []string
	for _, u := range e.Users {
		emails, phones, digits = also(emails, u.Email), also(phones, u.Phone), also(digits, u.Digits)
	}
	return []string{e.Action, e.At.Format(time.RFC3339), e.Operation, cell(emails), cell(phones), cell(digits), cell(e.Products), cell([]string{e.Reason})}
}

// append writes one line and waits until it is on the disk; what fails half-way is
// taken back.
func (l *list) append(record []string) error {
	var line bytes.Buffer
	w := csv.NewWriter(&line)
	if err := w.Write(record); err != nil {
		return err
	}
	w.Flush()
	n, err := l.file.Write(line.Bytes())
	if err = errors.Join(err, l.file.Sync()); err != nil {
		_, seek := l.file.Seek(l.size, io.SeekStart)
		return errors.Join(err, l.file.Truncate(l.size), seek)
	}
	l.size += int64(n)
	return nil
}

func also(list []string, value string) []string {
	if value == "" {
		return list
	}
	return append(list, value)
}

// formula is the beginning of one. Some spreadsheets part cells at semicolons.
var formula = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|; ?)([=+@-])`) })

// cell puts values into one cell of one line, which no spreadsheet takes for a formula.
func cell(values []string) string {
	text := strings.Join(strings.Fields(strings.Join(values, " ")), " ")
	return formula().ReplaceAllString(text, "$1'$2")
}
