package main

// prices are a store's list prices in one place.
type prices struct {
	Place  string
	Source string
	Dated  string  // of the source
	Read   float64 // USD a million read request units, or documents
	Write  float64 // USD a million write request units, or documents
	Delete float64 // USD a million documents deleted, by us or by their expiry
	Stored float64 // USD a GiB and month
	Target float64 // USD a million source events: what we want to be below
}

// listed are the prices, without what is free each day or month. DynamoDB charges a delete
// as a write, and an expiry not at all.
var listed = map[string][]prices{
	"dynamodb": {{
		Place: "us-east-1, on demand, standard class", Source: "https://aws.amazon.com/dynamodb/pricing/on-demand/", Dated: "in force since 1 November 2024",
		Read: 0.125, Write: 0.625, Stored: 0.25, Target: 5,
	}},
	"firestore": {{
		Place: "us-west1 (Oregon), standard edition", Source: "https://firebase.google.com/docs/firestore/pricing", Dated: "a stored copy that tells no date, read in November 2026",
		Read: 0.30, Write: 0.90, Delete: 0.10, Stored: 0.15, Target: 6,
	}, {
		Place: "nam5 (multi-region), standard edition", Source: "https://firebase.google.com/docs/firestore/pricing", Dated: "a stored copy that tells no date, read in November 2026",
		Read: 0.60, Write: 1.80, Delete: 0.20, Stored: 0.18, Target: 6,
	}},
}

// of is what a use costs, in USD.
func (p prices) of(u use) float64 {
	return (u.Reads*p.Read + u.Writes*p.Write + u.Deletes*p.Delete) / 1e6
}

// keeping is what so many bytes cost a month, in USD.
func (p prices) keeping(bytes float64) float64 { return bytes / (1 << 30) * p.Stored }
