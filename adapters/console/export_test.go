package console

// Listens tells whether Listen has begun.
func (c *Console) Listens() bool { return c.listens() }
