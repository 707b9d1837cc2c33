package console

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"casebot/bot"
)

// Deliver implements bot.Platform. A message's reference is made from the
// delivery's key, so that a repeated delivery finds what the first one posted.
func (c *Console) Deliver(ctx context.Context, d bot.Delivery) (bot.Receipt, error) {
	room, ours := roomOf(d.Room)
	if !ours || !c.exists(room) {
		return bot.Receipt{}, fmt.Errorf("deliver to %q: %w", d.Room, bot.ErrUndeliverable)
	}
	if err := c.draw(ctx, &d); err != nil {
		return bot.Receipt{}, fmt.Errorf("deliver %s: %w", d.Key, err)
	}
	if d.Edit && d.Ref != "" {
		receipt, found, err := c.redraw(ctx, room, d)
		if err != nil || found {
			return receipt, err
		}
	}
	root := ""
	if d.Thread != "" {
		p, found, err := c.find(ctx, d.Thread)
		if err != nil {
			return bot.Receipt{}, err
		}
		if !found || p.Room != room {
			return bot.Receipt{}, fmt.Errorf("deliver to thread %s of %s: %w", d.Thread, d.Room, bot.ErrUndeliverable)
		}
		root = cmp.Or(p.Thread, p.ID)
	}
	p, err := c.put(ctx, post{
		ID: refOf(d.Key), Room: room, Thread: root, Message: &d.Message, Opens: d.Opens && root == "",
	})
	if err != nil {
		return bot.Receipt{}, fmt.Errorf("deliver %s: %w", d.Key, err)
	}
	receipt := bot.Receipt{Ref: p.ID, Link: c.link(room, p.ID), At: p.At}
	if d.Opens {
		receipt.Thread = cmp.Or(p.Thread, p.ID)
	}
	return receipt, nil
}

// redraw changes the message that the delivery names. Where it is not there
// any more nothing is found.
func (c *Console) redraw(ctx context.Context, room string, d bot.Delivery) (receipt bot.Receipt, found bool, err error) {
	key := refOf(d.Key)
	p, err := c.change(ctx, d.Ref, func(p *post) bool {
		if found = p.Author == "" && p.Room == room; !found {
			return false
		}
		receipt = bot.Receipt{Ref: p.ID, Link: c.link(room, p.ID), At: c.now()}
		if i := slices.IndexFunc(p.Applied, func(a applied) bool { return a.Key == key }); i >= 0 {
			receipt.At = p.Applied[i].At
			return false
		}
		p.Message, p.EditedAt, p.Opens = &d.Message, receipt.At, p.Opens || (d.Opens && p.Thread == "")
		p.Applied = append(p.Applied, applied{key, receipt.At})
		p.Applied = p.Applied[max(0, len(p.Applied)-appliedKept):]
		return true
	})
	if err != nil {
		return bot.Receipt{}, false, fmt.Errorf("deliver %s: %w", d.Key, err)
	}
	if found && d.Opens {
		receipt.Thread = cmp.Or(p.Thread, p.ID)
	}
	return receipt, found, nil
}

// refOf is the reference of what a delivery posts.
func refOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "b" + hex.EncodeToString(sum[:8])
}

// put keeps a new post, or returns the one that has its id already.
func (c *Console) put(ctx context.Context, p post) (post, error) {
	if err := c.board.catchUp(ctx); err != nil {
		return post{}, err
	}
	p.Order, p.At = c.board.seq()+1, c.now()
	body, err := p.encode()
	if err != nil {
		return post{}, err
	}
	_, existing, err := c.shelf.Put(ctx, shelfPrefix+p.ID, body, true)
	if err != nil {
		return post{}, err
	}
	if existing != nil {
		return decodePost(existing)
	}
	return p, c.board.catchUp(ctx)
}

// change reads a post from the shelf, lets edit change it and puts it back
// where edit returns true. Replicas do not lock each other out: a post has one
// author, and deliveries to it come one after the other.
func (c *Console) change(ctx context.Context, id string, edit func(*post) bool) (post, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	bodies, err := c.shelf.Get(ctx, shelfPrefix+id)
	if err != nil || bodies[0] == nil {
		return post{}, err
	}
	p, err := decodePost(bodies[0])
	if err != nil || !edit(&p) {
		return p, err
	}
	body, err := p.encode()
	if err != nil {
		return post{}, err
	}
	if _, _, err := c.shelf.Put(ctx, shelfPrefix+id, body, false); err != nil {
		return post{}, err
	}
	return p, c.board.catchUp(ctx)
}

// find looks for a post on the board, then on the shelf.
func (c *Console) find(ctx context.Context, id string) (post, bool, error) {
	if e, ok := c.board.entry(id); ok {
		return e.post, true, nil
	}
	err := c.board.catchUp(ctx)
	e, ok := c.board.entry(id)
	return e.post, ok, err
}
