package main

import (
	"time"

	"redthread.dev/events"
)

// insideSamples are what redthread's functions send each other. They name the
// customer by profileid; one that is to be folded into the profile goes through
// collect like an event from outside, and names the profile as its customer.
func insideSamples() []sample {
	resolved := func(more ...string) map[string]string {
		extensions := map[string]string{events.ExtProfileID: profileID, events.ExtPartitionKey: profileID}
		for i := 0; i < len(more); i += 2 {
			extensions[more[i]] = more[i+1]
		}
		return extensions
	}
	flow := resolved(events.ExtFlow, "basketrecovery")
	action := resolved(events.ExtFlow, "basketrecovery", events.ExtChannel, "email")
	at := func(hour, minute int) time.Time { return time.Date(2026, 3, 11, hour, minute, 0, 0, time.UTC) }
	return []sample{
		{fromRedthread, events.TimerTick{}, nil},
		{fromRedthread, events.TimerDue{Timer: "remind", Key: "b-7f3a", Due: at(13, 20), SetAt: at(12, 20)}, flow},
		{fromRedthread, events.ActionRequested{ActionID: actionID, Kind: events.ActionMessage}, action},
		{fromRedthread, events.ActionCompleted{ActionID: actionID, At: at(13, 21), Provider: "smtp", Reference: "<3f9a1c7e52d84b06@shop.example>"}, action},
		{fromRedthread, events.ActionFailed{ActionID: actionID, At: at(13, 21), Provider: "smtp", Reason: "451 4.3.0 try again later", Again: true}, action},
		{fromRedthread, events.ExposureRecorded{Flow: "basketrecovery", Arm: events.ArmTreated, Key: "b-7f3a"}, flow},
		{fromRedthread, events.SegmentChanged{Common: events.Common{Customer: mette(events.IDProfile)}, Segment: "ambassador", Entered: true, Score: 3}, nil},
		{fromRedthread, events.OrderRecorded{OrderID: "10042", In: []string{"webshop", "loyalty", "erp"}}, resolved()},
		{fromRedthread, events.ErasureCompleted{ReceiptID: receiptID, Collections: map[string]int{"profiles": 1, "identities": 4, "journal": 57, "threads": 1, "actions": 3}}, nil},
		{fromRedthread, events.ExportCompleted{
			ReceiptID: receiptID, Collections: map[string]int{"profiles": 1, "identities": 4, "journal": 57, "threads": 1, "actions": 3},
			Location: "https://shop.example/my-data/" + receiptID,
		}, resolved()},
	}
}
