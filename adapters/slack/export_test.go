package slack

// Listens tells whether somebody is told of events.
func (s *Slack) Listens() bool {
	s.listening.Lock()
	defer s.listening.Unlock()
	return s.listening.handle != nil
}
