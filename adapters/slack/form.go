package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// openForm is what is remembered of a form that is open before somebody: the
// view itself holds only the name of it.
type openForm struct {
	Form    bot.Form   `json:"form"`
	Channel string     `json:"channel,omitempty"`
	Thread  string     `json:"thread,omitempty"`
	Ours    bool       `json:"ours,omitempty"`
	Message string     `json:"message,omitempty"`
	Link    string     `json:"link,omitempty"`
	Files   []bot.File `json:"files,omitempty"` // of the message that the form was made from
}

// formCallback marks our forms.
const formCallback = "casebot_form"

func formName(id string) string { return "form:" + id }

// modal draws a form. Its fields' blocks are named anew for each form, so that
// what was typed into an earlier one is not put into this one.
func modal(id string, f bot.Form, notes ...string) (slackapi.ModalViewRequest, map[string]string) {
	d := drawing{look: look{surface: onView}, aliases: map[string]string{}}
	v := slackapi.ModalViewRequest{
		Type: slackapi.VTModal, CallbackID: formCallback, PrivateMetadata: id,
		Title: plainText(oneLine(f.Title), maxTitle), Submit: plainText(oneLine(f.Submit), maxTitle),
	}
	var blocks []slackapi.Block
	for _, note := range notes {
		blocks = append(blocks, rich(section(words("⚠️ "+note, bold))))
	}
	for _, s := range f.Intro {
		blocks = append(blocks, d.part(s)...)
	}
	for _, field := range f.Fields {
		blocks = append(blocks, d.field(id, field)...)
	}
	v.Blocks.BlockSet = blocks
	return v, d.aliases
}

// field is one field of a form, below the definitions of its choices where they
// are too long to stand beside them.
func (d *drawing) field(id string, f bot.FormField) []slackapi.Block {
	element, above := d.entry(f)
	var hint *slackapi.TextBlockObject
	if f.Hint != "" {
		hint = plainText(f.Hint, maxLabel)
	}
	b := slackapi.NewInputBlock(blockOf(id, f.Name), plainText(cmp.Or(f.Label, f.Name), maxLabel), hint, element)
	b.Optional = !f.Required
	return append(above, b)
}

const entryAction = "entry"

func blockOf(form, field string) string { return form + ":" + field }

// entry is the element that a field is filled in with.
func (d *drawing) entry(f bot.FormField) (slackapi.BlockElement, []slackapi.Block) {
	switch f.Kind {
	case bot.FieldChoice:
		return d.choice(f)
	case bot.FieldFile:
		e := slackapi.NewFileInputBlockElement(entryAction)
		e.MaxFiles = maxFiles
		return e, nil
	case bot.FieldLine, bot.FieldText:
	}
	e := slackapi.NewPlainTextInputBlockElement(nil, entryAction)
	e.Multiline = f.Kind == bot.FieldText
	e.MaxLength = maxTyped
	if f.Max > 0 {
		e.MaxLength = min(f.Max, maxTyped)
	}
	e.InitialValue = cut(f.Value, e.MaxLength)
	return e, nil
}

// choice is radio buttons for a few options, a menu for more.
func (d *drawing) choice(f bot.FormField) (slackapi.BlockElement, []slackapi.Block) {
	var above []slackapi.Block
	var options []*slackapi.OptionBlockObject
	var chosen *slackapi.OptionBlockObject
	long := slices.ContainsFunc(f.Options, func(o bot.Option) bool { return length(oneLine(o.Detail)) > maxOption })
	for _, o := range f.Options[:min(len(f.Options), maxOptions)] {
		if long && o.Detail != "" {
			above = append(above, rich(section(strong(o.Detail)...)))
			o.Detail = ""
		}
		option := d.option(o)
		options = append(options, option)
		if o.Value == f.Value && f.Value != "" {
			chosen = option
		}
	}
	if len(options) > 5 || len(options) == 0 {
		e := slackapi.NewOptionsSelectBlockElement(slackapi.OptTypeStatic, plainText(cmp.Or(oneLine(f.Label), "…"), maxPlaceholder), entryAction, options...)
		e.InitialOption = chosen
		return e, above
	}
	e := slackapi.NewRadioButtonsBlockElement(entryAction, options...)
	e.InitialOption = chosen
	return e, above
}

// open opens a form before somebody, as long as their trigger lasts.
func (s *workspace) open(ctx context.Context, e bot.Event, d desk, f bot.Form) error {
	v, err := s.remember(ctx, digest(e.ID), e, d, f)
	if err != nil {
		return err
	}
	err = s.call(ctx, "views.open", func() error {
		_, err := s.api.OpenViewContext(ctx, d.trigger, v)
		return err
	})
	if err != nil {
		return fmt.Errorf("open a form: %w", detail(err))
	}
	return nil
}

// remember keeps what is needed when a form is sent, and draws it.
func (s *workspace) remember(ctx context.Context, id string, e bot.Event, d desk, f bot.Form, notes ...string) (slackapi.ModalViewRequest, error) {
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i].Value = masked(f.Fields[i].Value)
	}
	v, aliases := modal(id, f, notes...)
	if err := checkBlocks(v.Blocks.BlockSet, maxViewBlocks); err != nil {
		return v, fmt.Errorf("draw a form: %w", err)
	}
	body, err := json.Marshal(openForm{
		Form: f, Channel: d.channel, Thread: e.Origin.Thread, Ours: e.Origin.Ours, Message: e.Origin.Message, Link: e.Origin.Link, Files: e.Files,
	})
	if err != nil {
		return v, fmt.Errorf("encode form: %w", err)
	}
	aliases[formName(id)] = string(body)
	if err := s.memory.Set(ctx, keepForm, aliases); err != nil {
		return v, fmt.Errorf("remember a form: %w", err)
	}
	return v, nil
}

// errExpired: a form was sent whose state is not remembered any more.
var errExpired = errors.New("the form is not remembered any more")

// hearForm makes an event of a form that was sent.
func (s *workspace) hearForm(ctx context.Context, self Self, i interaction) (bot.Event, desk, openForm, error) {
	var o openForm
	if i.User.ID == "" || i.View == nil {
		return bot.Event{}, desk{}, o, errNoUser
	}
	kept, err := s.memory.Get(ctx, formName(i.View.PrivateMetadata))
	if err != nil {
		return bot.Event{}, desk{}, o, fmt.Errorf("remember a form: %w", err)
	}
	if kept[0] == "" {
		return bot.Event{}, desk{}, o, errExpired
	}
	if err := json.Unmarshal([]byte(kept[0]), &o); err != nil {
		return bot.Event{}, desk{}, o, fmt.Errorf("decode form: %w", err)
	}
	d := desk{user: i.User.ID, channel: o.Channel, thread: o.Thread, trigger: i.TriggerID, view: i.View.ID}
	e := s.event(ctx, self, bot.EventCommand, o.Channel, o.Thread, i.User.ID, "")
	e.ID = Name + ":" + i.TriggerID
	e.Origin.Message, e.Origin.Ours = o.Message, o.Ours
	if o.Link != "" {
		e.Origin.Link = o.Link
	}
	e.Command = commandLine(o.Form.Command)
	e.Command.Form, e.Command.Args, e.Files = true, map[string]string{}, o.Files
	for _, f := range o.Form.Fields {
		t, ok := i.View.State.Values[blockOf(i.View.PrivateMetadata, f.Name)][entryAction]
		if !ok {
			continue
		}
		switch {
		case f.Kind == bot.FieldFile:
			e.Files = slices.Clip(e.Files)
			for _, x := range t.Files {
				if x, ok := s.attached(ctx, x); ok {
					e.Files = append(e.Files, x)
				}
			}
		case t.Selected != nil:
			e.Command.Args[f.Name] = o.value(f, t.Selected.Value)
		case t.Value != nil:
			e.Command.Args[f.Name] = *t.Value
		default:
			e.Command.Args[f.Name] = ""
		}
	}
	return e, d, o, nil
}

// value is the value of a chosen option, which may be known by an alias.
func (o openForm) value(f bot.FormField, chosen string) string {
	for _, x := range f.Options {
		if strings.HasPrefix(chosen, aliasMark) && chosen == aliasMark+digest(x.Value) {
			return x.Value
		}
	}
	return chosen
}

// errorsOf puts each error at its field; what belongs to no field stands at the
// first, since Slack shows nothing else.
func (o openForm) errorsOf(id string, errs map[string]string, general string) map[string]string {
	out := map[string]string{}
	var rest []string
	if general != "" {
		rest = append(rest, general)
	}
	names := make([]string, 0, len(errs))
	for name := range errs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.ContainsFunc(o.Form.Fields, func(f bot.FormField) bool { return f.Name == name }) {
			out[blockOf(id, name)] = errs[name]
		} else {
			rest = append(rest, errs[name])
		}
	}
	if len(rest) > 0 && len(o.Form.Fields) > 0 {
		at := blockOf(id, o.Form.Fields[0].Name)
		if out[at] != "" {
			rest = append(rest, out[at])
		}
		out[at] = strings.Join(rest, " ")
	}
	return out
}

// filled is the form with what was typed into it.
func (o openForm) filled(args map[string]string) bot.Form {
	f := o.Form
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		if value, ok := args[f.Fields[i].Name]; ok {
			f.Fields[i].Value = value
		}
	}
	return f
}
