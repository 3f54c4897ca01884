package words

// Message composes a message from the texts below key (subject, preview, heading, text and
// short; all five must be there) and further blocks, which come after the text. Look at Err
// before the message is used.
func (s *Speech) Message(key string, blocks ...Block) Message {
	return Message{
		Locale:  s.voice.locale,
		Subject: s.Say(key + ".subject"),
		Preview: s.Say(key + ".preview"),
		Heading: s.Say(key + ".heading"),
		Short:   s.Say(key + ".short"),
		Blocks:  append([]Block{Paragraph(s.Say(key + ".text"))}, blocks...),
	}
}
