package batch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
)

// provider writes words in capitals. It takes no request with one that it does not like.
type provider struct {
	mu       sync.Mutex
	requests [][]string
	refuse   string
	err      error
}

func (p *provider) send(_ context.Context, words []string) ([]Outcome[string], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, slices.Sorted(slices.Values(words)))
	if slices.Contains(words, p.refuse) {
		return nil, &channel.Fault{Never: true, Err: fmt.Errorf("I do not take this")}
	}
	all := make([]Outcome[string], len(words))
	for i, w := range words {
		all[i].Value = strings.ToUpper(w)
	}
	return all, p.err
}

func (p *provider) batch() *Batch[string, string] {
	return &Batch[string, string]{Send: p.send, Most: 8, Linger: time.Second, Timeout: time.Minute}
}

// put puts words at the same time and returns what became of them, "" for an error.
func put(b *Batch[string, string], words ...string) map[string]string {
	var mu sync.Mutex
	became := map[string]string{}
	var all sync.WaitGroup
	for _, w := range words {
		all.Go(func() {
			got, err := b.Put(context.Background(), w)
			mu.Lock()
			defer mu.Unlock()
			became[w] = got
			if err != nil {
				became[w] = err.Error()
			}
		})
	}
	all.Wait()
	return became
}

func TestWhatComesTogetherIsOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{}
		b := p.batch()
		require.Equal(t, map[string]string{"a": "A", "b": "B", "c": "C"}, put(b, "a", "b", "c"))
		require.Equal(t, map[string]string{"d": "D"}, put(b, "d"))
		require.Equal(t, [][]string{{"a", "b", "c"}, {"d"}}, p.requests)
	})
}

func TestAFullRequestDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{}
		began := time.Now()
		put(p.batch(), strings.Split("abcdefgh", "")...)
		require.Zero(t, time.Since(began))
		require.Len(t, p.requests, 1)
	})
}

func TestOneThatIsRefusedIsFoundByHalvesAndKeepsBackNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{refuse: "f"}
		became := put(p.batch(), strings.Split("abcdefgh", "")...)
		for word, got := range became {
			if word == "f" {
				require.Equal(t, "I do not take this", got)
				continue
			}
			require.Equal(t, strings.ToUpper(word), got)
		}
		require.Len(t, p.requests, 7, "one of eight, and twice one of four, of two and of one")
	})
}

func TestWhatIsToBeTriedAgainIsNotTriedOneByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{err: errors.New("come again")}
		require.Equal(t, map[string]string{"a": "come again", "b": "come again"}, put(p.batch(), "a", "b"))
		require.Len(t, p.requests, 1)
	})
}

func TestWhoStopsWaitingDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := p.batch().Put(ctx, "a")
		var f *channel.Fault
		require.ErrorAs(t, err, &f)
		require.True(t, f.Unsure)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Second)
		synctest.Wait()
		require.Len(t, p.requests, 1)
	})
}
