package firestore

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
)

func TestNamesAreTheIDsWhereFirestoreTakesThem(t *testing.T) {
	for id, want := range map[string]string{
		"0191f3a2-7c4e": "0191f3a2-7c4e", "a.b": "a.b", "email:hå@x.dk": "email:hå@x.dk", "__x": "__x", "...": "...", "___": "___",
		"a/b": "a%2Fb", "%2F": "%252F", ".": "%2E", "..": "%2E.", "__x__": "%5F_x__", "____": "%5F___", "__/__": "%5F_%2F__",
	} {
		require.Equal(t, want, nameOf(id))
	}
}

func TestNamesAreTakenAndTellIDsApart(t *testing.T) {
	names := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"/", "%", "%2F", "%~", ".", "__", "é", "👩", strings.Repeat("/", 499)}), rapid.String()), 1, 6)
		id := strings.Join(parts.Draw(t, "parts"), "")
		if id == "" || len(id) > store.MaxKey || strings.Contains(id, "\x00") {
			t.Skip("no ID")
		}
		name := nameOf(id)
		require.True(t, utf8.ValidString(name) && name != "." && name != ".." && !strings.Contains(name, "/") && !reserved(name), "%q", name)
		require.LessOrEqual(t, len(name), 1500)
		if other, found := names[name]; found {
			require.Equal(t, other, id)
		}
		names[name] = id
	})
	long := strings.Repeat("/", store.MaxKey-1)
	require.NotEqual(t, nameOf(long+"a"), nameOf(long+"b"))
}

func TestVersionsTellTheUpdateAndWhetherTheEndIsNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		updated := time.UnixMicro(rapid.Int64Range(0, 7_000_000_000_000_000).Draw(t, "updated")).UTC()
		life := time.Duration(rapid.Int64Range(-1000, 5_000_000_000_000).Draw(t, "life")) * time.Millisecond / 1000
		expires := updated.Add(life).Truncate(time.Millisecond)
		v := versionOf(timestamppb.New(updated), expires)
		require.Positive(t, v)
		require.Equal(t, updated, updatedAt(v).AsTime())
		require.Greater(t, versionOf(timestamppb.New(updated.Add(time.Microsecond)), time.Time{}), v)
		require.True(t, mayHaveExpired(v, expires))
		if life > time.Second {
			require.False(t, mayHaveExpired(v, updated.Add(life*15/16-2*time.Millisecond)))
		}
		never := versionOf(timestamppb.New(updated), time.Time{})
		require.False(t, mayHaveExpired(never, expires.AddDate(1000, 0, 0)))
	})
}

func TestURLsSayWhereDocumentsAre(t *testing.T) {
	for url, want := range map[string]place{
		"firestore://shop":                            {"shop", "(default)", ""},
		"firestore://shop/":                           {"shop", "(default)", ""},
		"firestore://shop/(default)":                  {"shop", "(default)", ""},
		"firestore://shop-42/eu-west":                 {"shop-42", "eu-west", ""},
		"firestore://example.com:shop/db?prefix=t_1-": {"example.com:shop", "db", "t_1-"},
		"firestore://shop?prefix=x":                   {"shop", "(default)", "x"},
	} {
		p, err := placeOf(url)
		require.NoError(t, err)
		require.Equal(t, want, p)
	}
	for url, want := range map[string]string{
		"firestore:":                      "want firestore:// and a project's id",
		"firestore://":                    `project ""`,
		"firestore:///db":                 `project ""`,
		"firestore:shop/db":               "want firestore:// and a project's id",
		"firestore://shop/a/b":            `database "a/b"`,
		"firestore://shop/a b":            `database "a b"`,
		"firestore://shop/db?create=true": `"create=true"`,
		"firestore://shop/db?prefix=":     `"prefix="`,
		"firestore://shop/db?prefix=a/b":  `"prefix=a/b"`,
		"firestore://shop/db?prefix=__x":  "Firestore's own",
		"firestore://shop/db?prefix=" + strings.Repeat("x", 101): "at most 100",
	} {
		_, err := placeOf(url)
		require.ErrorContains(t, err, want, "%s", url)
	}
}
