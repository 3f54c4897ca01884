package main

import "redthread.dev/events"

func talkSamples() []sample {
	return []sample{
		{source: "https://social.example", data: events.SocialMentioned{
			Common: events.Common{Customer: mette(events.IDInstagram), Place: events.PlaceSocial}, Platform: events.IDInstagram, PostID: "ig-77120", Handle: "@mette.paa.fjeldet",
			Text:  "Sålen på mine nye støvler gik løs efter to ture, og butikken svarer ikke. Virkelig skuffet! 😡",
			URL:   "https://social.example/p/ig-77120",
			Reach: 2300, Language: "da",
		}},
		{source: fromDesk, data: events.ServiceContacted{
			Common:    events.Common{Customer: mette(events.IDPhone), Place: events.PlacePhone, Locale: "da-DK"},
			ContactID: "c-881", Channel: events.ServicePhone, Topic: "complaint", Text: "Sålen er gået løs på venstre støvle.", AgentID: "lars", OrderID: "10042",
		}},
		{source: fromDesk, data: events.ServiceResolved{
			Common: events.Common{Customer: mette(events.IDPhone), Place: events.PlacePhone}, ContactID: "c-881", TicketID: "T-1204", Resolution: "replaced", CSAT: 5, Minutes: 14,
		}},
		{source: fromWebshop, data: events.SurveyAnswered{
			Common: online(events.IDEmail), SurveyID: "after-pickup", Kind: events.SurveyNPS, Score: 9, Comment: "Hurtig og venlig hjælp.",
			About: events.About{OrderID: "10042", StoreID: "cph-01"},
		}},
	}
}

func messageSamples() []sample {
	received := events.Common{Customer: mette(events.IDProfile)}
	return []sample{
		{source: fromMail, data: events.MessageOpened{Common: received, ActionID: actionID, Provider: "smtp"}},
		{source: fromMail, data: events.MessageClicked{Common: received, ActionID: actionID, Link: "https://shop.example/basket/b-7f3a", Provider: "smtp"}},
		{source: fromMail, data: events.MessageBounced{Common: received, ActionID: actionID, Kind: events.BounceHard, Reason: "550 5.1.1 no such user", Provider: "smtp"}},
		{source: fromMail, data: events.MessageComplained{Common: received, ActionID: actionID, Provider: "smtp"}},
	}
}
