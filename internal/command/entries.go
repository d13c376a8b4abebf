package command

import "slices"

// entries is the table. Help, completion and the checks of arguments come from it.
func entries() []*order {
	return slicesOf(composing(), onAir(), songbook(), bandstand(), outputs(), people(), looking())
}

// IsOrder says whether a word is the whole name of an order.
func IsOrder(word string) bool {
	return slices.ContainsFunc(entries(), func(o *order) bool { return o.name == word })
}

func slicesOf(groups ...[]*order) []*order {
	var all []*order
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

const briefUsage = "[STYLE] [key=K] [tempo=BPM] [bars=N] [meter=M] [seed=N] [band=B]"

func composing() []*order {
	keys := []string{"style", "key", "tempo", "bars", "meter", "seed", "band"}
	return []*order{
		{name: "new", role: RolePlayer, usage: "new " + briefUsage, about: "compose a song and play it now",
			help: "Everything is free that you do not ask for. Tempo is 20–400, bars are 4–1000, a metre is 3/4, 6/8 and the like; what a style cannot do, it does as nearly as it can and says so.\n" +
				"A key is Em, Ddorian or Emaj; E alone is E in the style's usual mode. The same seed makes the same song again.\n" +
				"example: new jazz key=Bb tempo=150 meter=3/4",
			most: 3, keys: keys, changes: true, do: doNew},
		{name: "queue", role: RolePlayer, alone: RoleListener, usage: "queue [CODE]", about: "show what waits, or add a song to it",
			help: "Songs are named by their codes.\nexample: queue k7m2p",
			most: 1, changes: true, do: doQueue},
		{name: "queue new", role: RolePlayer, usage: "queue new " + briefUsage + " [count=N]", about: "compose a song, or N, and add them to the queue",
			help: "Takes what new takes. With a seed and a count the seeds are that one and the ones after it.\n" +
				"example: queue new waltz count=3",
			most: 3, keys: append(keys[:len(keys):len(keys)], "count"), changes: true, do: doQueueNew,
			long: func(a args) bool { return a.keys["count"] != "" && a.keys["count"] != "1" }},
		{name: "queue move", role: RoleOperator, usage: "queue move CODE N", about: "move a waiting song to place N",
			help: "1 is the next song.\nexample: queue move k7m2p 1", least: 2, most: 2, changes: true, do: doQueueMove},
		{name: "queue remove", role: RoleOperator, own: RolePlayer, usage: "queue remove CODE", about: "take a song out of the queue",
			help: "The song itself is kept; undo puts it back.\nexample: queue remove k7m2p", least: 1, most: 1, changes: true, do: doQueueRemove},
	}
}

func onAir() []*order {
	return []*order{
		{name: "play", role: RoleOperator, usage: "play [CODE]", about: "play a song now, or go on with the queue",
			help: "A code plays that song, the same notes as ever. Without one the queue starts after a stop.\nexample: play k7m2p",
			most: 1, changes: true, do: doPlay},
		{name: "skip", role: RoleListener, usage: "skip", about: "go to the next song of the queue",
			help: "Ends a loop too. After a stop it starts the queue; where nothing waits there is silence, or with auto on a new song.\n" +
				"Operators skip at once, players their own songs; for anybody else it is a vote, and enough of them skip.\nexample: skip",
			changes: true, do: doSkip},
		{name: "stop", role: RoleOperator, usage: "stop", about: "fade to silence; the stream goes on",
			help: "The queue waits until play, skip or new.\nexample: stop", changes: true, do: doStop},
		{name: "auto", role: RoleOperator, alone: RoleListener, usage: "auto [on|off]", about: "keep composing whenever the queue runs dry",
			help: "Alone it tells whether auto is on.\nexample: auto on", most: 1, changes: true, do: doAuto},
		{name: "loop", role: RoleOperator, usage: "loop CODE|now [from=BAR] [bars=N] [gap=SECONDS]", about: "repeat an excerpt until rate, skip or stop",
			help: "Bars count from 1. Without from= it begins with the section that is heard, or with bar 1; bars= is 8 and gap= 1 second of silence between.\n" +
				"example: loop now bars=4 gap=0.5",
			least: 1, most: 1, keys: []string{"from", "bars", "gap"}, changes: true, do: doLoop},
	}
}

func songbook() []*order {
	return []*order{
		{name: "rate", role: RoleListener, usage: "rate CODE|now 1..5", about: "say how good a song is, 5 is best",
			help:  "A later rating replaces your earlier one. An operator who rates the song of a loop ends the loop.\nexample: rate now 4",
			least: 2, most: 2, changes: true, do: doRate},
		{name: "songs", role: RoleListener, usage: "songs [N] [style=S] [band=B]", about: "list the newest songs",
			help: "20 of them unless you say how many.\nexample: songs 5 style=funk", most: 1, keys: []string{"style", "band"}, do: doSongs},
		{name: "song", role: RoleListener, usage: "song CODE|now", about: "tell all about a song",
			help: "example: song k7m2p", least: 1, most: 1, do: doSong},
		{name: "title", role: RoleOperator, own: RolePlayer, usage: "title CODE|now WORDS", about: "give a song another title",
			help: "undo brings the old one back.\nexample: title k7m2p Tin Heart Shuffle", least: 2, free: true, changes: true, do: doTitle},
		{name: "delete", role: RoleOperator, usage: "delete CODE", about: "delete a song",
			help:  "It leaves the queue as well; undo brings it back. A song on the air cannot be deleted: skip it first.\nexample: delete k7m2p",
			least: 1, most: 1, changes: true, do: doDelete},
		{name: "undo", role: RoleOperator, usage: "undo", about: "take back the last delete, queue remove or title",
			help: "Say it again to take back the one before.\nexample: undo", changes: true, do: doUndo},
		{name: "export", role: RoleAdmin, usage: "export CODE|now FILE [--force]", about: "write a song to a file (console and socket only)",
			help: "The suffix says what to write: .mid .json .wav .flac .mp3 .opus or .svg. A file that exists is replaced only with --force.\n" +
				"example: export k7m2p tune.mid",
			least: 2, most: 2, keys: []string{"force"}, local: true, changes: true, do: doExport,
			long: func(args) bool { return true }},
	}
}

func bandstand() []*order {
	return []*order{
		{name: "styles", role: RoleListener, usage: "styles [STYLE]", about: "list the styles, or tell about one",
			help: "Your own are those in the folder styles of the station's data; a file you change is read anew with the next order.\nexample: styles jazz",
			most: 3, do: doStyles},
		{name: "bands", role: RoleListener, usage: "bands [STYLE]", about: "list the bands, or those of a style",
			help: "Those with songs or formed here; with a style the house bands still to be heard, too.\nexample: bands jazz", most: 3, do: doBands},
		{name: "band", role: RoleListener, usage: "band NAME", about: "tell about a band, its robots and its best songs",
			help: "The beginning of its name will do, without The if you like.\nexample: band \"Copper Choir\"", least: 1, most: 12, do: doBand},
		{name: "band new", role: RolePlayer, usage: "band new [STYLE]", about: "form a new band",
			help: "Then new band=NAME plays with it.\nexample: band new jazz", most: 3, changes: true, do: doBandNew},
	}
}

func looking() []*order {
	return []*order{
		{name: "now", role: RoleListener, usage: "now", about: "tell what is on the air", help: "example: now", do: doNow},
		{name: "history", role: RoleListener, usage: "history [N]", about: "list what was played, the newest first",
			help: "10 of them unless you say how many.\nexample: history 20", most: 1, do: doHistory},
		{name: "status", role: RoleListener, usage: "status", about: "tell how the station is", help: "example: status", do: doStatus},
		{name: "listeners", role: RoleListener, usage: "listeners", about: "list who listens", help: "example: listeners", do: doListeners},
		{name: "networks", role: RoleOperator, usage: "networks", about: "tell how the bot is on its IRC networks", help: "example: networks", do: doNetworks},
		{name: "help", role: RoleListener, usage: "help [ORDER]", about: "list the orders, or tell about one",
			help: "example: help loop", most: 2, do: doHelp},
		{name: "shutdown", role: RoleAdmin, usage: "shutdown", about: "end the station (console and socket only)",
			help:  "The song fades out, listeners are told goodbye, and the next start goes on where this one ended.\nexample: shutdown",
			local: true, changes: true, do: doShutdown},
	}
}

func outputs() []*order {
	return []*order{
		{name: "output", role: RoleOperator, usage: "output [NAME]", about: "tell how the station's outputs are, or one of them", help: "Alone it is the same as output list.\nexample: output", most: 1, do: doOutputs},
		{name: "output list", role: RoleOperator, usage: "output list", about: "tell how the station's outputs are",
			help: "An output sends the station to another place; whatever happens there, the station plays on.\nexample: output list", do: doOutputs},
		{name: "output add", role: RoleAdmin, usage: "output add NAME URL", about: "send the station to another place, from now on",
			help: "A URL is icecast://source:PASSWORD@HOST:8000/live.mp3, rtmp://HOST/APP/KEY, hls:FOLDER, file:FOLDER (recordings), " +
				"command:ARGUMENTS (of ffmpeg), speaker: (this computer's) or player: (mpv or ffplay). For a password or a key env:NAME takes what the variable NAME holds.\n" +
				"It is kept, and starts again with the station unless it is stopped.\nexample: output add here speaker:",
			least: 2, free: true, changes: true, do: doOutputAdd},
		{name: "output start", role: RoleOperator, usage: "output start NAME", about: "start an output; one that waits to be tried again is tried at once",
			help: "example: output start here", least: 1, most: 1, changes: true, do: doOutputStart},
		{name: "output stop", role: RoleOperator, usage: "output stop NAME", about: "stop an output and keep it",
			help: "example: output stop here", least: 1, most: 1, changes: true, do: doOutputStop},
		{name: "output remove", role: RoleAdmin, usage: "output remove NAME", about: "stop an output and forget it",
			help: "example: output remove here", least: 1, most: 1, changes: true, do: doOutputRemove},
	}
}

func people() []*order {
	return []*order{
		{name: "trust", role: RoleAdmin, usage: "trust [WHO ROLE] [network=N] [channel=#C]", about: "let somebody do more, or less; alone it lists who may do what",
			help: "WHO is a services account, or a mask of nick!user@host with * and ?. ROLE is listener (look, rate), player (new, queue, skip their own), " +
				"operator (skip, stop, auto, loop, output) or admin.\nWithout network= it counts on the network where you say it, from elsewhere on all; with channel= only there. " +
				"Whom nobody trusts is a player.\nexample: trust *!*@host.example.org operator channel=#band",
			most: 2, keys: []string{"network", "channel"}, changes: true, do: doTrust},
		{name: "untrust", role: RoleAdmin, usage: "untrust WHO [network=N] [channel=#C]", about: "take back what trust gave",
			help: "WHO is written as it was in trust.\nexample: untrust *!*@host.example.org", least: 1, most: 1, keys: []string{"network", "channel"}, changes: true, do: doUntrust},
	}
}
