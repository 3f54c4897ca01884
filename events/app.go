package events

// AppOpened says that a customer opened the shop's app.
type AppOpened struct {
	Common
	// The app's version.
	Version string `json:"version,omitempty" jsonschema:"example=5.2.1"`
	// The screen it opened on.
	Screen string `json:"screen,omitempty"`
}

// Type is dev.redthread.app.opened.v1.
func (AppOpened) Type() string { return "dev.redthread.app.opened.v1" }
