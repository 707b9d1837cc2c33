package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// visible is the text of the page and of its text boxes.
const visible = `document.body.innerText + '\n' +
	[...document.querySelectorAll('input:not([type=radio]), textarea')].map(e => e.value).join('\n')`

// settled waits until whatever moves has arrived.
const settled = `Promise.allSettled(document.getAnimations()
	.filter(a => a.effect?.getComputedTiming().iterations !== Infinity).map(a => a.finished)).then(() => true)`

// middle says where an element can be clicked, once it stands still and
// nothing lies over it.
const middle = `async function() {
	this.scrollIntoView({ block: 'nearest', behavior: 'instant' })
	const at = () => { const r = this.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] }
	const before = at()
	await new Promise(resolve => setTimeout(resolve, 30))
	const now = at()
	if (before[0] !== now[0] || before[1] !== now[1] || this.getAttribute('aria-busy') === 'true' || this.disabled) return null
	const hit = document.elementFromPoint(...now)
	return hit && (this.contains(hit) || hit.contains(this) || hit.control === this) ? now : null
}`

// fileInput finds a file field by its label or by the button beside it.
const fileInput = `(() => {
	const name = %s
	const called = [...document.querySelectorAll('label, button')].filter(e => e.textContent.trim() === name)
	return called.map(e => e.control ?? e.parentElement.querySelector('input[type=file]')).find(Boolean) ?? null
})()`

// named finds what a screen reader calls by that name. What a modal dialog
// covers is not there for it.
func named(ctx context.Context, tab *chromedp.Target, name string, roles ...string) (cdp.BackendNodeID, error) {
	root, err := cdp.Call(ctx, tab, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return 0, err
	}
	out, err := cdp.Call(ctx, tab, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{
		ObjectID: root.Result.ObjectID, AccessibleName: name,
	})
	if err != nil {
		return 0, err
	}
	for _, n := range out.Nodes {
		var role string
		if n.Ignored || n.Role == nil || json.Unmarshal(n.Role.Value, &role) != nil {
			continue
		}
		if slices.Contains(roles, role) {
			return n.BackendDOMNodeID, nil
		}
	}
	return 0, fmt.Errorf("%s %q: %w", strings.Join(roles, " or "), name, errNotYet)
}

// holds asks the page whether an expression about a text is true.
func holds(ctx context.Context, tab *chromedp.Target, expression, text string) error {
	quoted, err := json.Marshal(text)
	if err != nil {
		return err
	}
	ok, err := chromedp.Evaluate[bool]("Boolean("+strings.ReplaceAll(expression, "%s", string(quoted))+")")(ctx, tab)
	if err != nil {
		return err
	}
	if !ok {
		return errNotYet
	}
	return nil
}

// call runs a function on an element; it must return true.
func call(ctx context.Context, tab *chromedp.Target, id cdp.BackendNodeID, function string, arg any) error {
	quoted, err := json.Marshal(arg)
	if err != nil {
		return err
	}
	out, err := onElement(ctx, tab, id, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ReturnByValue: new(true), Arguments: []*runtime.CallArgument{{Value: quoted}},
	})
	if err != nil {
		return err
	}
	if string(out.Value) != "true" {
		return errNotYet
	}
	return nil
}

// onElement calls a function with an element as its this.
func onElement(
	ctx context.Context, tab *chromedp.Target, id cdp.BackendNodeID, params runtime.CallFunctionOnParams,
) (*runtime.RemoteObject, error) {
	object, err := cdp.Call(ctx, tab, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: id})
	if err != nil {
		return nil, err
	}
	params.ObjectID = object.Object.ObjectID
	out, err := cdp.Call(ctx, tab, runtime.CallFunctionOn, params)
	if err != nil {
		return nil, err
	}
	if out.ExceptionDetails != nil {
		return nil, errors.New(wording(out.ExceptionDetails))
	}
	return out.Result, nil
}
