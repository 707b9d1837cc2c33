package slack

import (
	"cmp"
	"encoding/json"
)

// What Slack sends, of it the fields that matter. Anything else in a payload may
// be as new and as odd as it likes.

// envelope is what the Events API sends (docs.slack.dev/apis/events-api).
type envelope struct {
	Type           string          `json:"type"`
	Challenge      string          `json:"challenge"`
	TeamID         string          `json:"team_id"`
	APIAppID       string          `json:"api_app_id"`
	Event          json.RawMessage `json:"event"`
	EventID        string          `json:"event_id"`
	EventTime      int64           `json:"event_time"`
	Shared         bool            `json:"is_ext_shared_channel"`
	Authorizations []authorization `json:"authorizations"`
}

type authorization struct {
	TeamID string `json:"team_id"`
	UserID string `json:"user_id"`
}

// inner is an event of any type, and a message inside one.
type inner struct {
	Type         string  `json:"type"`
	Subtype      string  `json:"subtype"`
	Channel      id      `json:"channel"`
	ChannelType  string  `json:"channel_type"`
	User         id      `json:"user"`
	BotID        string  `json:"bot_id"`
	Text         string  `json:"text"`
	TS           string  `json:"ts"`
	EventTS      string  `json:"event_ts"`
	ThreadTS     string  `json:"thread_ts"`
	ParentUser   string  `json:"parent_user_id"`
	DeletedTS    string  `json:"deleted_ts"`
	Hidden       bool    `json:"hidden"`
	Edited       *edited `json:"edited"`
	Files        []file  `json:"files"`
	Message      *inner  `json:"message"`
	Previous     *inner  `json:"previous_message"`
	Reaction     string  `json:"reaction"`
	ItemUser     string  `json:"item_user"`
	Item         item    `json:"item"`
	OldChannelID string  `json:"old_channel_id"`
	NewChannelID string  `json:"new_channel_id"`
	Tab          string  `json:"tab"`
	Tokens       struct {
		Bot []string `json:"bot"` // ids of bot users, of tokens_revoked
	} `json:"tokens"`
}

type edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

type item struct {
	Type    string `json:"type"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// file is a file of a message. In shared channels only its id is given, and
// access is "check_file_info".
type file struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Title  string `json:"title"`
	Type   string `json:"mimetype"`
	Size   int64  `json:"size"`
	Mode   string `json:"mode"`
	Access string `json:"file_access"`
}

// id is the id of something that some events name by it and others describe:
// "C0ACME" or {"id": "C0ACME", …}.
type id string

// UnmarshalJSON implements json.Unmarshaler.
func (i *id) UnmarshalJSON(body []byte) error {
	var whole struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(body, (*string)(i)); err == nil {
		return nil
	}
	err := json.Unmarshal(body, &whole)
	*i = id(whole.ID)
	return err
}

// interaction is a pressed control, a sent or closed form, or a shortcut
// (docs.slack.dev/reference/interaction-payloads).
type interaction struct {
	Type        string `json:"type"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
	CallbackID  string `json:"callback_id"`
	ActionTS    string `json:"action_ts"`
	MessageTS   string `json:"message_ts"`
	User        struct {
		ID     string `json:"id"`
		TeamID string `json:"team_id"`
	} `json:"user"`
	Team    *struct{ ID string } `json:"team"`
	Channel struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"channel"`
	Container struct {
		Type        string `json:"type"`
		MessageTS   string `json:"message_ts"`
		ChannelID   string `json:"channel_id"`
		ThreadTS    string `json:"thread_ts"`
		IsEphemeral bool   `json:"is_ephemeral"`
		ViewID      string `json:"view_id"`
	} `json:"container"`
	Message *inner   `json:"message"`
	Actions []action `json:"actions"`
	View    *view    `json:"view"`
}

type action struct {
	ActionID string  `json:"action_id"`
	BlockID  string  `json:"block_id"`
	Type     string  `json:"type"`
	Value    string  `json:"value"`
	Selected *choice `json:"selected_option"`
	ActionTS string  `json:"action_ts"`
}

type choice struct {
	Value string `json:"value"`
}

type view struct {
	ID              string `json:"id"`
	Type            string `json:"type"`
	TeamID          string `json:"team_id"`
	CallbackID      string `json:"callback_id"`
	PrivateMetadata string `json:"private_metadata"`
	InstalledTeam   string `json:"app_installed_team_id"`
	State           struct {
		Values map[string]map[string]typed `json:"values"`
	} `json:"state"`
}

// typed is what somebody typed or chose in a field of a form.
type typed struct {
	Type     string  `json:"type"`
	Value    *string `json:"value"`
	Selected *choice `json:"selected_option"`
	Files    []file  `json:"files"`
}

// slash is a slash command (docs.slack.dev/interactivity/implementing-slash-commands).
// Over HTTP it is a form, over the socket JSON with the same names.
type slash struct {
	Command     string `json:"command"`
	Text        string `json:"text"`
	UserID      string `json:"user_id"`
	TeamID      string `json:"team_id"`
	ChannelID   string `json:"channel_id"`
	TriggerID   string `json:"trigger_id"`
	ResponseURL string `json:"response_url"`
}

// channelOf is the channel in which something happened, "" where that is none.
func channelOf(payload []byte) string {
	var p struct {
		ChannelID string `json:"channel_id"`
		Channel   id     `json:"channel"`
		Container struct {
			ChannelID string `json:"channel_id"`
		} `json:"container"`
		Event struct {
			Channel id `json:"channel"`
			Item    struct {
				Channel string `json:"channel"`
			} `json:"item"`
		} `json:"event"`
	}
	if err := json.Unmarshal(payload, &p); err != nil {
		return ""
	}
	return cmp.Or(p.ChannelID, string(p.Channel), p.Container.ChannelID, string(p.Event.Channel), p.Event.Item.Channel)
}

// teamOf is the workspace whose installation a payload is for, "" where it does
// not say. In an event the authorization says it: the envelope's team may be the
// other side of a shared channel. In a form that somebody of another
// organisation sent, the team is theirs, and the view says where it is installed.
func teamOf(payload []byte) string {
	var p struct {
		TeamID         string          `json:"team_id"`
		Authorizations []authorization `json:"authorizations"`
		Team           *struct{ ID string }
		User           json.RawMessage
		View           *view `json:"view"`
	}
	if err := json.Unmarshal(payload, &p); err != nil {
		return ""
	}
	var user struct {
		TeamID string `json:"team_id"`
	}
	_ = json.Unmarshal(p.User, &user)
	switch {
	case len(p.Authorizations) > 0 && p.Authorizations[0].TeamID != "":
		return p.Authorizations[0].TeamID
	case p.View != nil && p.View.InstalledTeam != "":
		return p.View.InstalledTeam
	case p.Team != nil && p.Team.ID != "":
		return p.Team.ID
	case p.TeamID != "":
		return p.TeamID
	default:
		return user.TeamID
	}
}
