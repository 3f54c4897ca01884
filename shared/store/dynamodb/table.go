package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	sorted   = "sorted"        // the index
	ready    = 2 * time.Minute // DynamoDB takes seconds to make a table
	polled   = 500 * time.Millisecond
	howToFix = "the Terraform module store-dynamodb makes it, or ?create=true"
)

// withTables makes a call, and makes it again once the tables it missed were made.
func (t *tables) withTables(ctx context.Context, collections []string, call func() error) error {
	began := time.Now()
	err := call()
	if err == nil || !missing(err) {
		return err
	}
	slices.Sort(collections)
	collections = slices.Compact(collections)
	if !t.create {
		return t.lacking(collections, err)
	}
	for _, c := range collections {
		if err := t.makeSince(ctx, t.table(c), began); err != nil {
			return fmt.Errorf("make table %s: %w", t.table(c), err)
		}
	}
	return call()
}

func (t *tables) lacking(collections []string, err error) error {
	names := make([]string, len(collections))
	for i, c := range collections {
		names[i] = t.table(c)
	}
	return fmt.Errorf("no table %s in %s; %s: %w", strings.Join(names, " or "), t.region, howToFix, err)
}

// noIndex knows DynamoDB's message by its words, as its code is that of any wrong request.
// (moto: "Invalid index".)
func noIndex(err error) bool {
	return strings.Contains(err.Error(), "specified index") || strings.Contains(err.Error(), "Invalid index")
}

func missing(err error) bool {
	var none *types.ResourceNotFoundException
	if errors.As(err, &none) {
		return !noIndex(err)
	}
	var cancelled *types.TransactionCanceledException
	return errors.As(err, &cancelled) && slices.ContainsFunc(cancelled.CancellationReasons, func(r types.CancellationReason) bool {
		return strings.HasPrefix(aws.ToString(r.Code), absent)
	})
}

// makeSince makes a table unless this store has made it since then, as many may miss it
// at once.
func (t *tables) makeSince(ctx context.Context, table string, then time.Time) error {
	t.making.Lock()
	defer t.making.Unlock()
	if t.made[table].After(then) {
		return nil
	}
	if err := t.make(ctx, table); err != nil {
		return err
	}
	t.made[table] = time.Now()
	return nil
}

// make makes a table, unless another process has, and waits until it is there.
func (t *tables) make(ctx context.Context, table string) error {
	_, err := t.client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &table, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("id"), attribute("part"), attribute("place")},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String(sorted),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("part"), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String("place"), KeyType: types.KeyTypeRange},
			},
		}},
	})
	var there *types.ResourceInUseException
	if err != nil && !errors.As(err, &there) {
		return err
	}
	waiter := dynamodb.NewTableExistsWaiter(t.client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = polled, polled
	})
	if err := waiter.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &table}, ready); err != nil {
		return err
	}
	if there != nil {
		return nil
	}
	_, err = t.client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               &table,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
	return err
}

func attribute(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
}

// fault explains an error of a call: the end of the context as that, what is missing with
// where it comes from.
func (t *tables) fault(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(err.Error(), "get credentials"):
		return fmt.Errorf("no AWS credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run with a role: %w", err)
	case noIndex(err):
		return fmt.Errorf("no index %s in %s; %s: %w", sorted, t.region, howToFix, err)
	}
	return err
}
