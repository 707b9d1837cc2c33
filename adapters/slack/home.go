package slack

import (
	"context"
	"fmt"

	slackapi "github.com/slack-go/slack"

	"casebot/bot"
)

// homeWord is the command behind the home page.
const homeWord = "home"

// homeEvent is somebody looking at the bot's home page.
func (s *workspace) homeEvent(ctx context.Context, self Self, user, ts string) bot.Event {
	e := s.event(ctx, self, bot.EventCommand, "", "", user, ts)
	e.ID = fmt.Sprintf("%s:home:%s:%s", Name, user, ts)
	e.Command = &bot.Command{Group: bot.GroupCase, Text: homeWord}
	return e
}

func isHome(e bot.Event) bool {
	return e.Command != nil && e.Command.Group == bot.GroupCase && e.Command.Text == homeWord
}

// publish draws the home page of whoever looks at it.
func (s *workspace) publish(ctx context.Context, e bot.Event, a bot.Answer) {
	if a.Private == nil {
		return
	}
	r := render(*a.Private, look{surface: onView, author: true})
	var blocks []slackapi.Block
	for _, p := range r.Pages {
		blocks = append(blocks, p.Blocks...)
	}
	blocks = blocks[:min(len(blocks), maxViewBlocks)]
	err := checkBlocks(blocks, maxViewBlocks)
	if err == nil && len(r.Aliases) > 0 {
		err = s.memory.Set(ctx, keepLong, r.Aliases)
	}
	if err == nil {
		err = s.call(ctx, "views.publish", func() error {
			_, err := s.api.PublishViewContext(ctx, slackapi.PublishViewContextRequest{
				UserID: idIn(e.Actor.Ref), View: slackapi.HomeTabViewRequest{Type: slackapi.VTHomeTab, Blocks: slackapi.Blocks{BlockSet: blocks}},
			})
			return err
		})
	}
	if err != nil {
		s.log.WarnContext(ctx, "home page not drawn", "user", e.Actor.Ref, "err", detail(err))
	}
}

// thenHome draws the home page anew after something was pressed on it.
func (v visit) thenHome(out outcome, user string, pressed bot.Event) outcome {
	first := out.after
	out.after = func() {
		if first != nil {
			first()
		}
		v.drawHome(v.later, user, pressed.ID+"/home")
	}
	return out
}

func (v visit) drawHome(ctx context.Context, user, event string) {
	ctx, cancel := context.WithTimeout(ctx, handleLimit)
	defer cancel()
	e := v.s.homeEvent(ctx, v.self, user, "")
	e.ID = event
	if answer, err := v.handle(ctx, e); err == nil {
		v.s.publish(ctx, e, answer)
	}
}
