package band

var firstNames = []string{
	"Ada", "Bolt", "Cog", "Dot", "Ferro", "Gizmo", "Hertz", "Ivy", "Joule", "Kelvin", "Luna", "Modem", "Nibble", "Ohma", "Pixel", "Quark",
	"Rivet", "Servo", "Tesla-May", "Ursa", "Volta", "Widget", "Xeno", "Yotta", "Zippy", "Bleep", "Clank", "Dusty", "Echo", "Flux", "Gwen",
	"Halogen", "Iris", "Jolt", "Klaus", "Lumen", "Magnus", "Nora", "Otto", "Perla", "Rusty", "Sprocket", "Tin-Tina", "Unit", "Vera", "Whirr", "Zap",
	"Bertil", "Mo", "Pascaline", "Roomba-Rae", "Solder", "Toaster", "Ping", "Hex", "Tuxedo", "Beep", "Wanda", "Gasket",
}

var lastNames = []string{
	"Capacitor", "McBolt", "von Rust", "Diodelli", "Transistor", "Ratchet", "Gearheart", "O'Scillator", "Fuseman", "Solenoid", "Wattson", "Pistonova",
	"de la Torque", "Kilobyte", "Flywheel", "Sparks", "Battersby", "Magneto-Jones", "Crankshaft", "Bitterman", "Springs", "Ferrari-Magnet", "Toggle",
	"Grommet", "Overclock", "Underwire", "Null", "Copperfield", "Amperes", "Winding", "Buzzard", "Thermostat", "Dialtone", "Hopper", "Ironside", "Lubricant",
}

var titles = []string{"Doctor", "Uncle", "Madame", "Captain", "Little", "Big", "Lady", "Professor", "Sister", "Old", "Baron", "Nurse"}

var roleNames = map[string][]string{
	"lead":    {"The Voice", "Vibrato", "High C", "Solo", "Larynx"},
	"bass":    {"Low Battery", "Rumble", "Subwoofer", "Root Note", "Basement"},
	"drums":   {"Sticks", "Boom", "Metronome", "Kettle", "Four-on-the-Floor"},
	"chords":  {"Fingers", "Ten Thumbs", "Ivory", "Strum", "Comp"},
	"pad":     {"Fog", "Long Note", "Velvet", "Sustain"},
	"arp":     {"Staircase", "Twinkle", "Ladder", "Up-and-Down"},
	"counter": {"But Actually", "Echo", "Second Opinion", "Reply"},
	"solo":    {"Stand Back", "Eight More Bars", "Sparks", "Show-Off"},
}

var bandNouns = []string{
	"Toaster", "Capacitor", "Magnet", "Teapot", "Robot", "Kettle", "Antenna", "Cable", "Button", "Piston", "Elevator", "Lightbulb", "Typewriter",
	"Vacuum", "Resistor", "Blender", "Photocopier", "Washing Machine", "Accordion", "Radiator", "Parking Meter", "Hairdryer", "Lawnmower", "Sundial",
	"Checksum", "Cursor", "Pixel", "Semicolon", "Firewall", "Modem", "Doorbell", "Gearbox", "Screwdriver", "Pocket Calculator", "Satellite",
}

var bandAdjectives = []string{
	"Rusty", "Electric", "Unplugged", "Overheated", "Polite", "Recalibrated", "Tiny", "Magnetic", "Nervous", "Chrome", "Analogue", "Wireless",
	"Well-Oiled", "Reluctant", "Semi-Automatic", "Buffering", "Solar", "Portable", "Second-Hand", "Grand", "Soft", "Velvet", "Invisible", "Coin-Operated",
	"Ticklish", "Dishwasher-Safe", "Fireproof", "Backwards", "Patent-Pending", "Warm", "Factory-New", "Lost",
}

// styleNouns are band nouns that taste of a style.
var styleNouns = map[string][]string{
	"pop":       {"Popsicle", "Screensaver", "Sequin", "Ringtone", "Notification", "Bubblegum Machine", "Selfie Stick"},
	"rock":      {"Amplifier", "Chainsaw", "Gravel Truck", "Blowtorch", "Angle Grinder", "Jackhammer", "Boulder", "Tow Truck"},
	"funk":      {"Grease Gun", "Hot Plate", "Spring", "Socket", "Slap Bracelet", "Pressure Cooker", "Rubber Band", "Wah Pedal"},
	"jazz":      {"Filament", "Blue Wire", "Vacuum Tube", "Slide Rule", "Cigarette Machine", "Night Bus", "Tuxedo", "Olive"},
	"waltz":     {"Music Box", "Spinning Wheel", "Barn Door", "Windmill", "Clockmaker", "Weathercock", "Carousel", "Cuckoo"},
	"blues":     {"Dead Battery", "Flat Tyre", "Freight Lift", "Coal Scuttle", "Broken Fan", "Overdue Bill"},
	"soul":      {"Heart Valve", "Warm Circuit", "Sunday Suit", "Velvet Rope", "Tambourine"},
	"house":     {"Strobe", "Basement", "Relay", "Fog Machine", "Loading Dock", "Coat Check"},
	"bossa":     {"Hammock", "Ceiling Fan", "Parasol", "Ice Cube", "Tide Table", "Papaya"},
	"lofi":      {"Desk Lamp", "Tape Deck", "Houseplant", "Rain Gutter", "Study Buddy", "Blanket"},
	"reggae":    {"Echo Chamber", "Hammock", "Sunlounger", "Dub Plate", "Coconut", "Tin Roof"},
	"country":   {"Pickup Truck", "Tractor", "Mailbox", "Horseshoe", "Grain Silo", "Fence Post", "Rocking Chair"},
	"disco":     {"Mirror Ball", "Roller Skate", "Glitter Cannon", "Platform Shoe", "Dance Floor"},
	"synthwave": {"Cassette", "Neon Sign", "Hovercar", "Arcade", "Laser", "Payphone"},
	"ambient":   {"Cloud", "Tide", "Glacier", "Lantern", "Humidifier", "Aurora"},
	"metal":     {"Anvil", "Furnace", "Rivet Gun", "Steamroller", "Smelter", "Foundry"},
	"latin":     {"Maraca", "Street Corner", "Mango", "Fan Dancer", "Night Market"},
	"chiptune":  {"Joystick", "Cartridge", "Extra Life", "High Score", "Sprite", "Save Point"},
}
