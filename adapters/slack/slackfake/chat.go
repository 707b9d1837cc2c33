package slackfake

import (
	"slices"
	"strconv"
	"strings"
)

// Limits of messages (docs.slack.dev/reference/methods/chat.postMessage).
const (
	maxText     = 40_000 // more is cut off
	maxEdit     = 4000   // of a text in chat.update, which refuses more
	maxBlocks   = 13_200 // of all that is to be read in blocks; found by trying, github.com/slackapi/bolt-js/issues/2509
	maxMetadata = 16_000 // bytes
)

// channel is a conversation that the bot may use; of a person it is their
// direct one.
func (c *call) channel(in bool) (*Channel, error) {
	id := c.text("channel")
	ch := c.s.channels[id]
	if u := c.s.users[id]; ch == nil && u != nil {
		if u.Deleted || u.Stranger || u.Bot {
			return nil, no("channel_not_found")
		}
		ch = c.s.directOf(id, c.app.BotUser)
	}
	switch {
	case ch == nil, (ch.Private || ch.direct != "") && !ch.has(c.app.BotUser):
		return nil, no("channel_not_found")
	case in && !ch.has(c.app.BotUser):
		return nil, no("not_in_channel")
	}
	return ch, nil
}

// draft reads what chat.postMessage and its like share.
func (c *call) draft() (*message, error) {
	m := &message{user: c.app.BotUser, bot: c.app.BotID, app: c.s.cfg.AppID, text: c.text("text"), mrkdwn: c.text("mrkdwn") != "false"}
	if err := c.tree("blocks", &m.blocks); err != nil {
		return nil, no("invalid_blocks_format")
	}
	if err := c.tree("attachments", &m.attachments); err != nil {
		return nil, no("invalid_attachments")
	}
	if found := c.s.refused(m.blocks); len(found) > 0 {
		return nil, invalid("invalid_blocks", found)
	}
	switch {
	case blocksText(m.blocks) > maxBlocks:
		return nil, no("msg_blocks_too_long")
	case len(m.attachments) > 100:
		return nil, no("too_many_attachments")
	case strings.TrimSpace(m.text) == "" && len(m.blocks) == 0 && len(m.attachments) == 0:
		return nil, no("no_text")
	case c.given("markdown_text") && (m.text != "" || len(m.blocks) > 0):
		return nil, no("markdown_text_conflict")
	}
	if err := c.metadata(m); err != nil {
		return nil, err
	}
	if r := []rune(m.text); len(r) > maxText {
		m.text = string(r[:maxText])
	}
	if name := c.text("username"); name != "" {
		if err := c.app.scope("chat:write.customize"); err != nil {
			return nil, err
		}
		m.username = name
	}
	m.blocks = c.s.settled(m.blocks)
	return m, nil
}

func (c *call) metadata(m *message) error {
	if err := c.tree("metadata", &m.metadata); err != nil {
		return no("invalid_metadata_format")
	}
	if m.metadata == nil {
		return nil
	}
	kind, _ := m.metadata["event_type"].(string)
	payload, _ := m.metadata["event_payload"].(obj)
	switch {
	case kind == "", payload == nil:
		return no("invalid_metadata_schema")
	case len(packed(m.metadata)) > maxMetadata:
		return no("metadata_too_large")
	}
	return nil
}

// refused says what Slack would refuse of a message's blocks, files in them that
// are not there among it.
func (s *Server) refused(blocks []any) []string {
	found := checkBlocks(blocks, "message", "")
	for i, b := range blocks {
		block, _ := b.(obj)
		file, _ := block["slack_file"].(obj)
		if file == nil {
			continue
		}
		id, _ := file["id"].(string)
		if f := s.files[id]; file["url"] == nil && (f == nil || !f.complete || !strings.HasPrefix(f.mime, "image/")) {
			found = append(found, "[ERROR] invalid slack file [json-pointer:/blocks/"+strconv.Itoa(i)+"/slack_file]")
		}
	}
	return found
}

func (c *call) postMessage() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	if ch.Archived {
		return nil, no("is_archived")
	}
	m, err := c.draft()
	if err != nil {
		return nil, err
	}
	if err := c.reply(ch, m); err != nil {
		return nil, err
	}
	m.broadcast = m.thread != "" && c.flag("reply_broadcast")
	m.ts = c.s.ts()
	m.notifies = c.s.shownTo(m).notifies
	c.s.add(ch, m)
	return obj{"channel": ch.ID, "ts": m.ts, "message": c.s.json(m, true)}, nil
}

// reply puts a message into the thread that was asked for. Where the thread's
// first message is not there Slack does not refuse: it posts to the channel, and
// only the missing thread_ts of the answer says so (slack-go/slack#1571).
func (c *call) reply(ch *Channel, m *message) error {
	ts := c.text("thread_ts")
	if ts == "" {
		return nil
	}
	if !validTS(ts) {
		return no("invalid_thread_ts")
	}
	root := ch.find(ts)
	switch {
	case root == nil:
	case root.tombstone, root.subtype == "channel_join":
		return no("cannot_reply_to_message")
	case root.thread != "":
		m.thread = root.thread
	default:
		m.thread = ts
	}
	return nil
}

func validTS(ts string) bool {
	whole, frac, ok := strings.Cut(ts, ".")
	_, err := strconv.ParseInt(whole, 10, 64)
	_, err2 := strconv.ParseInt(frac, 10, 64)
	return ok && err == nil && err2 == nil
}

// own finds a message of the bot's.
func (c *call) own(ch *Channel, refused string) (*message, error) {
	m := ch.find(c.text("ts"))
	switch {
	case m == nil || m.tombstone:
		return nil, no("message_not_found")
	case m.bot != c.app.BotID:
		return nil, no(refused)
	}
	return m, nil
}

// update replaces: a text without blocks and attachments drops those that were
// there, and only what is neither said nor given stays.
func (c *call) update() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m, err := c.own(ch, "cant_update_message")
	if err != nil {
		return nil, err
	}
	if ch.Archived {
		return nil, no("is_archived")
	}
	if units(c.text("text")) > maxEdit {
		return nil, no("msg_too_long")
	}
	d, err := c.draft()
	if err != nil {
		return nil, err
	}
	before := c.s.json(m, false)
	if !c.given("text") && !c.given("blocks") {
		d.blocks = m.blocks
	}
	m.text, m.blocks, m.attachments, m.mrkdwn, m.notifies = d.text, d.blocks, d.attachments, d.mrkdwn, nil
	if len(d.blocks) == 0 { // with blocks no "edited" is shown
		m.edited = c.s.ts()
	}
	if d.metadata != nil {
		m.metadata = d.metadata
	}
	c.s.changed(ch, m, before)
	return obj{"channel": ch.ID, "ts": m.ts, "text": m.text, "message": c.s.json(m, true)}, nil
}

func (c *call) remove() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m, err := c.own(ch, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	c.s.drop(ch, m)
	return obj{"channel": ch.ID, "ts": m.ts}, nil
}

func (c *call) postEphemeral() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	user := c.text("user")
	switch {
	case ch.Archived:
		return nil, no("is_archived")
	case !ch.has(user):
		return nil, no("user_not_in_channel")
	}
	m, err := c.draft()
	if err != nil {
		return nil, err
	}
	m.ts, m.only, m.channel, m.thread = c.s.ts(), user, ch.ID, c.text("thread_ts")
	c.s.whispers = append(c.s.whispers, m)
	return obj{"message_ts": m.ts}, nil
}

func (c *call) permalink() (obj, error) {
	ch, err := c.channel(false)
	if err != nil {
		return nil, err
	}
	m := ch.find(c.text("message_ts"))
	if m == nil {
		return nil, no("message_not_found")
	}
	link := c.app.archive(ch.ID, m.ts)
	if m.thread != "" && m.thread != m.ts {
		link += "?thread_ts=" + m.thread + "&cid=" + ch.ID
	}
	return obj{"channel": ch.ID, "permalink": link}, nil
}

// page is a page of messages between two times, from a cursor on.
func (c *call) page(all []*message, root *message) (obj, error) {
	oldest, latest, inclusive := c.text("oldest"), c.text("latest"), c.flag("inclusive")
	between := slices.DeleteFunc(slices.Clone(all), func(m *message) bool {
		if m == root { // comes along always
			return false
		}
		return oldest != "" && (m.ts < oldest || m.ts == oldest && !inclusive) || latest != "" && (m.ts > latest || m.ts == latest && !inclusive)
	})
	page, next, err := slice(c, between, 999)
	if err != nil {
		return nil, err
	}
	found := []any{}
	for _, m := range page {
		found = append(found, c.s.json(m, c.flag("include_all_metadata") && c.app.scope("metadata.message:read") == nil))
	}
	return obj{"messages": found, "has_more": next != "", "response_metadata": obj{"next_cursor": next}}, nil
}

func (c *call) history() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	var surface []*message
	for _, m := range slices.Backward(ch.messages) {
		if m.thread == "" || m.thread == m.ts || m.broadcast {
			surface = append(surface, m)
		}
	}
	return c.page(surface, nil)
}

func (c *call) replies() (obj, error) {
	ch, err := c.channel(true)
	if err != nil {
		return nil, err
	}
	root := ch.find(c.text("ts"))
	if root == nil {
		return nil, no("thread_not_found")
	}
	if root.thread != "" && root.thread != root.ts { // of a reply it is the reply alone
		return c.page([]*message{root}, root)
	}
	var thread []*message
	for _, m := range ch.messages {
		if m == root || m.thread == root.ts {
			thread = append(thread, m)
		}
	}
	return c.page(thread, root)
}
