// The completion of slash commands and of the bot's name.
import { h } from './dom.js'
import { app } from './state.js'
import { strings } from './strings.js'

let ids = 0

// completion shows a list over a text box while a command is typed. key(e)
// says whether it took the key.
export function completion(box, form, done) {
  const id = `completion-${++ids}`
  const list = h('ul', { class: 'completion-list', role: 'listbox', id, 'aria-label': strings.completions })
  const usage = h('p', { class: 'completion-usage' })
  const popup = h('div', { class: 'completion', hidden: true }, list, usage)
  form.prepend(popup)
  box.setAttribute('aria-autocomplete', 'list')
  box.setAttribute('aria-controls', id)
  let options = [], chosen = 0

  function look() {
    const before = box.value.slice(0, box.selectionEnd)
    const after = box.value.slice(box.selectionEnd)
    const found = after.trim() ? { options: [] } : complete(before)
    options = found.options
    chosen = 0
    usage.textContent = found.usage ?? ''
    usage.hidden = !found.usage
    list.hidden = options.length === 0
    popup.hidden = options.length === 0 && !found.usage
    draw()
  }

  function draw() {
    list.replaceChildren(...options.map((o, i) => h('li', {
      role: 'option', id: `${id}-${i}`, 'aria-selected': String(i === chosen), class: 'completion-option',
      onpointerdown: e => { e.preventDefault(); take(i) },
    }, h('span', { class: 'completion-name' }, o.name, o.usage && h('span', { class: 'completion-args' }, ` ${o.usage}`)),
    h('span', { class: 'completion-help' }, o.help))))
    if (options.length) {
      box.setAttribute('aria-activedescendant', `${id}-${chosen}`)
      list.children[chosen].scrollIntoView({ block: 'nearest' })
    } else box.removeAttribute('aria-activedescendant')
  }

  function take(i) {
    box.value = `${options[i].text} `
    box.setSelectionRange(box.value.length, box.value.length)
    done()
    look()
  }

  function close() {
    options = []
    popup.hidden = true
    box.removeAttribute('aria-activedescendant')
  }

  function key(e) {
    if (popup.hidden) return false
    if (e.key === 'Escape') {
      close()
      e.preventDefault()
      e.stopPropagation()
      return true
    }
    if (!options.length) return false
    switch (e.key) {
      case 'ArrowDown': chosen = (chosen + 1) % options.length; break
      case 'ArrowUp': chosen = (chosen + options.length - 1) % options.length; break
      case 'Enter':
      case 'Tab':
        if (e.shiftKey || (e.key === 'Enter' && options.some(o => o.text === box.value.trim()))) return false
        take(chosen)
        e.preventDefault()
        return true
      default: return false
    }
    e.preventDefault()
    draw()
    return true
  }

  box.addEventListener('input', look)
  box.addEventListener('blur', close)
  return { key, close }
}

const groups = () => [...new Set(app.commands.map(c => c.group))]

// complete says what may come after a text that was typed so far.
export function complete(text) {
  const slash = text.match(/^\s*\/(\w*)$/)
  if (slash) {
    return {
      options: groups().filter(g => g.startsWith(slash[1].toLowerCase()))
        .map(g => ({ text: `/${g}`, name: `/${g}`, help: strings.groups[g] ?? strings.groupsElse })),
    }
  }
  const name = text.match(/^\s*(@\S*)$/)
  if (name) {
    const call = `@${app.bot}`
    if (!call.toLowerCase().startsWith(name[1].toLowerCase())) return { options: [] }
    return { options: [{ text: call, name: call, help: strings.mentionHelp(app.bot) }] }
  }
  const said = text.match(/^\s*(\/(\w+)|@(\S+))\s+(\S*)$/)
  if (said) {
    const list = commandsAfter(said[2], said[3]).filter(c => c.name.startsWith(said[4].toLowerCase()))
    return { options: list.map(c => ({ text: `${said[1]} ${c.name}`, name: c.name, usage: c.usage, help: c.help })) }
  }
  const rest = text.match(/^\s*(?:\/(\w+)|@(\S+))\s+(\S+)\s+$/)
  if (rest) {
    const c = commandsAfter(rest[1], rest[2]).find(c => c.name === rest[3].toLowerCase())
    if (c?.usage) return { options: [], usage: `${c.name} ${c.usage} – ${c.help}` }
  }
  return { options: [] }
}

function commandsAfter(group, bot) {
  if (group) return app.commands.filter(c => c.group === group.toLowerCase())
  return bot?.toLowerCase() === app.bot.toLowerCase() ? app.commands : []
}
