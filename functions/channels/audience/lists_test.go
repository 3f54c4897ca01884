package audience

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/outbox"
)

func rows(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	all, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	return all
}

func TestChangesAreLinesOfAFile(t *testing.T) {
	dir := t.TempDir()
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	s.Keep(ann())
	in, out := enter("in"), leave("out")
	for _, x := range []action.Action{in, out} {
		a, err := s.Do(x)
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status)
		require.Equal(t, "file", a.Provider)
	}
	_, err := s.Do(in) // as if it had not been marked
	require.NoError(t, err)
	require.Equal(t, [][]string{
		header,
		{in.ID, "2026-03-11T11:59:00Z", "add", annsMail, annsPhone, annsDigits, "chair plaid", ""},
		{out.ID, "2026-03-11T11:59:00Z", "remove", annsMail + " " + annsGmail, annsPhone, annsDigits, "", "researched online, purchased offline"},
	}, rows(t, filepath.Join(dir, "audience-store-visitors.csv")))
}

func one(n int) entry {
	return entry{Action: fmt.Sprintf("action-%03d", n), Audience: "visitors", Operation: "add", At: time.Unix(0, 0).UTC(), Users: []user{{Email: "h"}}}
}

func TestSixteenWritersOfAFileWriteEachLineOnce(t *testing.T) {
	ls := newLists(outbox.Folder(t.TempDir()))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n := range 20 {
				require.NoError(t, ls.add(one(n)))
			}
		})
	}
	all.Wait()
	require.NoError(t, ls.Close())
	require.Len(t, rows(t, filepath.Join(string(ls.folder), "audience-visitors.csv")), 1+20)
}

func TestALineThatACrashToreIsWrittenAnew(t *testing.T) {
	first := strings.Join(header, ",") + "\naction-000,1970-01-01T00:00:00Z,add,h,,,,\n"
	for name, before := range map[string]string{"half a line": first + "action-001,1970-01-01T00:0", "half a header": "action_id,at,op", "nothing": ""} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "audience-visitors.csv")
			require.NoError(t, os.WriteFile(path, []byte(before), 0o600))
			ls := newLists(outbox.Folder(dir))
			for n := range 3 {
				require.NoError(t, ls.add(one(n)))
			}
			require.NoError(t, ls.Close())
			all := rows(t, path)
			require.Equal(t, header, all[0])
			require.Len(t, all, 4)
			for n := range 3 {
				require.Equal(t, one(n).Action, all[1+n][0])
			}
		})
	}
}

func TestWhatCannotBeWrittenLeavesNoTrace(t *testing.T) {
	ls := newLists(outbox.Folder(t.TempDir()))
	require.NoError(t, ls.add(one(0)))
	l, err := ls.of(one(0))
	require.NoError(t, err)
	whole := l.file
	path := whole.Name()
	l.file, err = os.Open(path) // which cannot be written
	require.NoError(t, err)
	require.Error(t, ls.add(one(1)))
	require.NoError(t, l.file.Close())
	l.file = whole
	require.NoError(t, ls.add(one(1)))
	require.NoError(t, ls.Close())
	require.Len(t, rows(t, path), 3)
}

func TestACellIsNoFormulaAndNoSecondLine(t *testing.T) {
	for value, want := range map[string]string{"=1+1": "'=1+1", "@x": "'@x", "a\nb": "a b", "a, \"b\"": "a, \"b\"", "": ""} {
		require.Equal(t, want, cell([]string{value}))
	}
}

func TestAnAudienceWhoseNameIsNoNameOfAFileFails(t *testing.T) {
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": t.TempDir()})
	s.Keep(ann())
	in := enter("in")
	in.Content.Audience.Name = "../../etc/passwd"
	a, err := s.Do(in)
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Contains(t, a.Reason, "is no name of a file")
}

// Where commas are in numbers, as in Denmark and Sweden, spreadsheets part cells at semicolons.
func TestNoCellOfAFileIsAFormula(t *testing.T) {
	for value, want := range map[string]string{
		"=1+1":                       "'=1+1",
		"@SUM(A1)":                   "'@SUM(A1)",
		"Aarhus;=cmd|'/C calc'!A0":   "Aarhus;'=cmd|'/C calc'!A0",
		"a ; -1;+2":                  "a ; '-1;'+2",
		"Aarhus\t=1":                 "Aarhus =1",
		"ann=x@else.example":         "ann=x@else.example",
		"Lille-Skensved; Køge (1-2)": "Lille-Skensved; Køge (1-2)",
		"":                           "",
	} {
		require.Equal(t, want, cell([]string{value}), value)
	}
}
