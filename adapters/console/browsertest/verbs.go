package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// As becomes somebody else: "Giulia Bianchi".
func (p *Page) As(name string) {
	p.t.Helper()
	p.Choose("You are", name)
	p.until("become "+name, func(ctx context.Context, tab *chromedp.Target) error {
		return holds(ctx, tab, `document.querySelector('#you').selectedOptions[0]?.textContent === %s &&
			document.body.dataset.you === document.querySelector('#you').value`, name)
	})
}

// Open goes to a channel, or to the direct messages with the bot by its name.
func (p *Page) Open(channel string) {
	p.t.Helper()
	p.click(channel, "link")
	p.until("open "+channel, func(ctx context.Context, tab *chromedp.Target) error {
		return holds(ctx, tab, `document.querySelector('main h1').textContent.trim() === %s`, channel)
	})
}

// Press clicks a button or a link by its name.
func (p *Page) Press(name string) {
	p.t.Helper()
	p.click(name, "button", "link", "radio")
}

// Type replaces what is in a text box.
func (p *Page) Type(box, text string) {
	p.t.Helper()
	p.click(box, "textbox")
	p.run(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		if _, err := chromedp.Evaluate[bool](`document.activeElement.select(), true`)(ctx, tab); err != nil {
			return err
		}
		if text == "" {
			_, err := chromedp.KeyEvent(kb.Delete)(ctx, tab)
			return err
		}
		_, err := cdp.Call(ctx, tab, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// Keys presses keys where the focus is: kb.Enter, kb.Escape, "a".
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.run(chromedp.KeyEvent(keys))
}

// Say types into a text box and presses Enter.
func (p *Page) Say(box, text string) {
	p.t.Helper()
	p.Type(box, text)
	p.Keys(kb.Enter)
}

// Choose takes an option of a select, or of a group of radio buttons.
func (p *Page) Choose(label, option string) {
	p.t.Helper()
	p.until(fmt.Sprintf("choose %q of %q", option, label), func(ctx context.Context, tab *chromedp.Target) error {
		id, err := named(ctx, tab, label, "combobox", "listbox", "MenuListPopup", "group", "radiogroup")
		if err != nil {
			return err
		}
		return call(ctx, tab, id, `function(option) {
			if (this.tagName !== 'SELECT') {
				const label = [...this.querySelectorAll('label')].find(l => l.textContent.trim() === option)
				if (!label) return false
				label.click()
				return true
			}
			const found = [...this.options].find(o => o.textContent.trim() === option || o.textContent.startsWith(option + ' –'))
			if (!found || this.disabled) return false
			this.value = found.value
			this.dispatchEvent(new Event('input', { bubbles: true }))
			this.dispatchEvent(new Event('change', { bubbles: true }))
			return true
		}`, option)
	})
}

// Attach gives files to the file field of that label, or to the one beside the
// button of that name: "Attach".
func (p *Page) Attach(name string, paths ...string) {
	p.t.Helper()
	p.until("attach to "+name, func(ctx context.Context, tab *chromedp.Target) error {
		quoted, err := json.Marshal(name)
		if err != nil {
			return err
		}
		found, err := cdp.Call(ctx, tab, runtime.Evaluate, runtime.EvaluateParams{
			Expression: fmt.Sprintf(fileInput, quoted),
		})
		if err != nil {
			return err
		}
		if found.Result.ObjectID == "" || found.Result.Subtype == runtime.RemoteObjectSubtypeNull {
			return errNotYet
		}
		_, err = cdp.Call(ctx, tab, dom.SetFileInputFiles, dom.SetFileInputFilesParams{
			Files: paths, ObjectID: found.Result.ObjectID,
		})
		return err
	})
}

// Expect waits until something of that role and name is there: "button", "dialog".
func (p *Page) Expect(role, name string) {
	p.t.Helper()
	p.until(fmt.Sprintf("expect %s %q", role, name), func(ctx context.Context, tab *chromedp.Target) error {
		_, err := named(ctx, tab, name, role)
		return err
	})
}

// ExpectGone waits until nothing of that role and name is there.
func (p *Page) ExpectGone(role, name string) {
	p.t.Helper()
	p.until(fmt.Sprintf("expect no %s %q", role, name), func(ctx context.Context, tab *chromedp.Target) error {
		if _, err := named(ctx, tab, name, role); err == nil {
			return errors.New("it is there")
		} else if !errors.Is(err, errNotYet) {
			return err
		}
		return nil
	})
}

// ExpectText waits until all the texts can be read on the page.
func (p *Page) ExpectText(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("expect %q", text), func(ctx context.Context, tab *chromedp.Target) error {
			return holds(ctx, tab, `(`+visible+`).includes(%s)`, text)
		})
	}
}

// ExpectNoText waits until none of the texts can be read on the page.
func (p *Page) ExpectNoText(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("expect no %q", text), func(ctx context.Context, tab *chromedp.Target) error {
			return holds(ctx, tab, `!(`+visible+`).includes(%s)`, text)
		})
	}
}

func (p *Page) click(name string, roles ...string) {
	p.t.Helper()
	p.until(fmt.Sprintf("click %q", name), func(ctx context.Context, tab *chromedp.Target) error {
		id, err := named(ctx, tab, name, roles...)
		if err != nil {
			return err
		}
		out, err := onElement(ctx, tab, id, runtime.CallFunctionOnParams{
			FunctionDeclaration: middle, ReturnByValue: new(true), AwaitPromise: new(true),
		})
		if err != nil {
			return err
		}
		var at []float64
		if json.Unmarshal(out.Value, &at) != nil || len(at) != 2 {
			return fmt.Errorf("%q is covered or moves", name)
		}
		_, err = chromedp.MouseClickXY(at[0], at[1])(ctx, tab)
		return err
	})
}
