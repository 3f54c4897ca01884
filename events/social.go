package events

// SocialMentioned says that somebody wrote about the shop where all can read it.
type SocialMentioned struct {
	Common
	// Where; it is also the identifier type of the handle.
	Platform string `json:"platform" jsonschema:"pattern=^[a-z][a-z0-9_]{0\\,39}$,example=instagram"`
	// The post, unique on its platform.
	PostID string `json:"post_id" jsonschema:"minLength=1"`
	// The post that started the conversation; missing: this one did.
	ThreadID string `json:"thread_id,omitempty"`
	// Who wrote it, with or without @.
	Handle string `json:"handle" jsonschema:"minLength=1,example=mette.hansen"`
	// What was written.
	Text string `json:"text" jsonschema:"maxLength=65536"`
	// The post's address.
	URL string `json:"url,omitempty" jsonschema:"pattern=^https?://"`
	// How many may have seen it.
	Reach int64 `json:"reach,omitempty" jsonschema:"minimum=0,maximum=10000000000"`
	// Stars, where the platform has them: 1 to 5.
	Rating int `json:"rating,omitempty" jsonschema:"minimum=1,maximum=5"`
	// Its language in ISO 639-1, where the platform tells.
	Language string `json:"language,omitempty" jsonschema:"pattern=^[A-Za-z]{2\\,8}([-_][A-Za-z0-9]{1\\,8})*$,example=da"`
}

// Type is dev.redthread.social.mentioned.v1.
func (SocialMentioned) Type() string { return "dev.redthread.social.mentioned.v1" }
