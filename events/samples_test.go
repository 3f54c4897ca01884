package events_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/tests/recordings"
)

func TestSamplesAreStructuredCloudEvents(t *testing.T) {
	for _, name := range events.Samples() {
		text, err := events.Sample(name)
		require.NoError(t, err)
		var attributes map[string]any
		require.NoError(t, json.Unmarshal(text, &attributes))
		require.Equal(t, "1.0", attributes["specversion"], name)
		require.Equal(t, events.Prefix+name, attributes["type"], name)
		require.Equal(t, "application/json", attributes["datacontenttype"], name)
		require.NotEmpty(t, attributes["id"], name)
		require.NotEmpty(t, attributes["source"], name)
		require.IsType(t, map[string]any{}, attributes["data"], name)
		require.NoError(t, events.Check(sample(t, name), now), name)
	}
	_, err := events.Sample("basket.eaten.v1")
	require.EqualError(t, err, `sample: unknown event type "basket.eaten.v1"`)
	require.ErrorIs(t, err, events.ErrUnknownType)
}

func TestSamplesFitCloudEventsOwnJSONSchema(t *testing.T) {
	text := recordings.Open(t, "cloudevents/spec/cloudevents/formats/cloudevents.json", fmt.Sprint(len(events.Samples()), " samples that CloudEvents' JSON Schema would judge"))
	document, err := jsonschema.UnmarshalJSON(text)
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("cloudevents.json", document))
	schema, err := c.Compile("cloudevents.json")
	require.NoError(t, err)
	for _, name := range events.Samples() {
		text, err := events.Sample(name)
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(value), name)
	}
}

func TestSamplesTellOneStoryWhoseSumsAreRight(t *testing.T) {
	basket, err := events.Decode[events.BasketUpdated](sample(t, "basket.updated.v1"))
	require.NoError(t, err)
	require.Equal(t, basket.Total.Amount, sum(basket.Lines))
	left, err := events.Decode[events.BasketAbandoned](sample(t, "basket.abandoned.v1"))
	require.NoError(t, err)
	require.Equal(t, basket.Lines, left.Lines)
	require.Equal(t, basket.Total, left.Total)

	order, err := events.Decode[events.OrderPlaced](sample(t, "order.placed.v1"))
	require.NoError(t, err)
	require.Equal(t, basket.BasketID, order.BasketID)
	require.Equal(t, order.Total.Amount, sum(order.Lines)-order.Discounts[0].Amount.Amount)
	require.Equal(t, order.Total.Amount, 5*order.Tax.Amount, "Danish VAT is a fifth of the price")

	ready, err := events.Decode[events.OrderReady](sample(t, "order.ready.v1"))
	require.NoError(t, err)
	require.Equal(t, [2]string{order.OrderID, order.StoreID}, [2]string{ready.OrderID, ready.StoreID})
	returned, err := events.Decode[events.OrderReturned](sample(t, "order.returned.v1"))
	require.NoError(t, err)
	require.Equal(t, order.OrderID, returned.OrderID)
	require.Equal(t, returned.Refund.Amount, sum(returned.Lines))
	product, err := events.Decode[events.ProductChanged](sample(t, "product.changed.v1"))
	require.NoError(t, err)
	require.Equal(t, order.Lines[0].Price, product.Price)
}

func sum(lines []events.Line) (total int64) {
	for _, line := range lines {
		total += int64(line.Quantity) * line.Price.Amount
	}
	return total
}
