package firestore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"sync"
	"time"

	api "cloud.google.com/go/firestore/apiv1"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"redthread.dev/shared/store"
)

// openLimit is how long Open waits for the first answer.
const openLimit = 10 * time.Second

// Open opens the database that a URL names. It asks for one document that cannot be
// there, a billed read, so that a project, a database or a permission that is missing
// is known at the start, and the connection stands when the first event comes.
func Open(ctx context.Context, url string, options ...store.Option) (*Store, error) {
	p, err := placeOf(url)
	if err != nil {
		return nil, err
	}
	client, err := dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w; want Google's default credentials (GOOGLE_APPLICATION_CREDENTIALS, "+
			"gcloud auth application-default login, or a service account of the machine), or FIRESTORE_EMULATOR_HOST", err)
	}
	// Tries are counted here, as those of the client do not tell what became of a commit.
	client.CallOptions = &api.CallOptions{}
	s := &Store{place: p, client: client, now: store.Chosen(options...).Clock, headers: headersOf(p), close: sync.OnceValue(client.Close)}
	if err := s.reach(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// dial makes a client, to the emulator if there is one. It connects at the first call.
func dial(ctx context.Context) (*api.Client, error) {
	patience := backoff.DefaultConfig
	patience.MaxDelay = 2 * time.Second // gRPC's own two minutes would outlast the deadlines of events
	links := []grpc.DialOption{
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: patience, MinConnectTimeout: openLimit}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 5 * time.Second}),
	}
	emulator := os.Getenv("FIRESTORE_EMULATOR_HOST")
	if emulator == "" {
		chosen := make([]option.ClientOption, 0, len(links))
		for _, l := range links {
			chosen = append(chosen, option.WithGRPCDialOption(l))
		}
		return api.NewClient(ctx, chosen...)
	}
	links = append(links, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(owner{}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
	conn, err := grpc.NewClient(emulator, links...)
	if err != nil {
		return nil, fmt.Errorf("FIRESTORE_EMULATOR_HOST %q: %w", emulator, err)
	}
	return api.NewClient(ctx, option.WithGRPCConn(conn))
}

// owner is who the emulator takes for an administrator.
type owner struct{}

func (owner) RequireTransportSecurity() bool { return false }
func (owner) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer owner"}, nil
}

// headersOf are what Firestore finds the database by before it reads a request.
func headersOf(p place) []string {
	return []string{
		"google-cloud-resource-prefix", p.root(),
		"x-goog-request-params", "project_id=" + url.QueryEscape(p.project) + "&database_id=" + url.QueryEscape(p.database),
	}
}

// reach finds out whether the database answers, and says how to mend it if not.
func (s *Store) reach(ctx context.Context) error {
	bounded, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	_, err := s.Get(bounded, store.Key{Collection: "none", ID: "none"})
	switch codeOf(err) {
	case codes.NotFound, codes.FailedPrecondition:
		return fmt.Errorf("%s: %w; want a database in native mode: gcloud firestore databases create --type=firestore-native --database=%q --project=%s",
			s.place, err, s.database, s.project)
	case codes.PermissionDenied, codes.Unauthenticated:
		return fmt.Errorf("%s: %w; want the role roles/datastore.user on the project", s.place, err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", s.place, err)
	}
	return nil
}
