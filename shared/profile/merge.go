package profile

// Merge returns the profile of one customer who was known as two: the fold of both
// journals. It does not depend on the order of a and b, but for the id, which is
// a's. Consents stay as they were stated; Consented weighs them.
func Merge(a, b Profile) Profile {
	out := a
	out.mine = false
	out.Created = earliest(a.Created, b.Created)
	out.Last = latestTime(a.Last, b.Last)
	out.identify(b.Identifiers...)
	out.Traits = putAll(a.Traits, b.Traits, keepTraits, Trait.compare)
	out.Answers = putAll(a.Answers, b.Answers, keepAnswers, bySaid)
	out.Consents = prune(append(a.Consents[:len(a.Consents):len(a.Consents)], b.Consents...))
	out.Suppressions = latestOf(a.Suppressions, b.Suppressions, keepSuppressions, Suppression.key)
	out.Gone = latestOf(a.Gone, b.Gone, keepGone, Gone.key)
	if b.Locale.Compare(a.Locale.Stamp) > 0 {
		out.Locale = b.Locale
	}
	out.AppOpened = latestTime(a.AppOpened, b.AppOpened)
	out.Messages = readings(a.Messages, b.Messages)
	out.Segments = putAll(a.Segments, b.Segments, keepSegments, bySaid)
	out.Totals = a.Totals.plus(b.Totals)
	out.Erased = latestTime(a.Erased, b.Erased)
	out.mergeLists(b)
	return out
}

func (p *Profile) mergeLists(b Profile) {
	p.Baskets = latestOf(p.Baskets, b.Baskets, keepBaskets, Basket.key)
	p.Views = newestOf(p.Views, b.Views, keepViews)
	p.Visits = newestOf(p.Visits, b.Visits, keepVisits)
	p.Scans = newestOf(p.Scans, b.Scans, keepScans)
	p.Placed = newestOf(p.Placed, b.Placed, keepOrders)
	p.Ready = newestOf(p.Ready, b.Ready, keepStates)
	p.Collected = newestOf(p.Collected, b.Collected, keepStates)
	p.Returned = newestOf(p.Returned, b.Returned, keepStates)
	p.Mentions = newestOf(p.Mentions, b.Mentions, keepMentions)
	p.Contacts = newestOf(p.Contacts, b.Contacts, keepContacts)
	p.Resolved = newestOf(p.Resolved, b.Resolved, keepResolved)
	p.Surveys = newestOf(p.Surveys, b.Surveys, keepSurveys)
}

// readings adds up by channel.
func readings(a, b map[string]Reading) map[string]Reading {
	if len(b) == 0 {
		return a
	}
	out := make(map[string]Reading, len(a)+len(b))
	for _, m := range []map[string]Reading{a, b} {
		for channel, r := range m {
			old := out[channel]
			out[channel] = Reading{old.Opened + r.Opened, old.Clicked + r.Clicked, latestTime(old.Last, r.Last)}
		}
	}
	return out
}
