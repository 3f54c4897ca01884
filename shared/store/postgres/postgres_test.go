package postgres_test

import (
	"os"
	"testing"

	"fmt"
	_ "redthread.dev/shared/store/postgres"
	"redthread.dev/shared/store/storetest"
	"sync/atomic"
	"time"
)

var n atomic.Int64

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) string {
		return os.Getenv("TEMP_PG") + fmt.Sprintf("?search_path=t%d_%d", time.Now().UnixNano(), n.Add(1))
	})
}
