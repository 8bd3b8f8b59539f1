/** By the names that people know from elsewhere; several names may mean one. */
const table =
  "smile 😄 grin 😁 joy 😂 rofl 🤣 slightly_smiling_face 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 " +
  "kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany 🤪 hugs 🤗 thinking 🤔 shushing 🤫 neutral_face 😐 expressionless 😑 " +
  "smirk 😏 unamused 😒 rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 sick 🤢 " +
  "sneezing 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵 exploding_head 🤯 partying 🥳 sunglasses 😎 nerd 🤓 confused 😕 " +
  "worried 😟 open_mouth 😮 astonished 😲 flushed 😳 pleading 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 " +
  "disappointed 😞 sweat 😓 sweat_smile 😅 weary 😩 tired 😫 yawning 🥱 triumph 😤 angry 😠 rage 😡 skull 💀 ghost 👻 " +
  "robot 🤖 poop 💩 clown 🤡 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 wave 👋 raised_hand ✋ ok_hand 👌 pinched 🤌 " +
  "v ✌️ crossed_fingers 🤞 metal 🤘 point_left 👈 point_right 👉 point_up 👆 point_down 👇 thumbsup 👍 +1 👍 " +
  "thumbsdown 👎 -1 👎 fist ✊ punch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 " +
  "eyes 👀 brain 🧠 shrug 🤷 facepalm 🤦 bow 🙇 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 " +
  "purple_heart 💜 black_heart 🖤 broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥 sweat_drops 💦 dash 💨 zzz 💤 fire 🔥 " +
  "sparkles ✨ star ⭐ tada 🎉 confetti 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 rocket 🚀 car 🚗 bike 🚲 train 🚆 airplane ✈️ " +
  "house 🏠 office 🏢 tree 🌳 seedling 🌱 herb 🌿 rose 🌹 sunflower 🌻 sun ☀️ moon 🌙 cloud ☁️ rain 🌧️ snowflake ❄️ " +
  "rainbow 🌈 umbrella ☔ zap ⚡ cat 🐱 dog 🐶 fox 🦊 bear 🐻 panda 🐼 monkey 🐵 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 " +
  "turtle 🐢 snake 🐍 fish 🐟 whale 🐳 apple 🍎 banana 🍌 strawberry 🍓 lemon 🍋 avocado 🥑 bread 🍞 cheese 🧀 pizza 🍕 " +
  "hamburger 🍔 fries 🍟 taco 🌮 sushi 🍣 cookie 🍪 cake 🍰 birthday 🎂 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine 🍷 champagne 🍾 " +
  "soccer ⚽ basketball 🏀 guitar 🎸 music 🎵 art 🎨 camera 📷 phone 📱 computer 💻 bulb 💡 battery 🔋 money 💰 envelope ✉️ " +
  "package 📦 pencil ✏️ memo 📝 book 📖 calendar 📅 chart 📈 pin 📌 paperclip 📎 scissors ✂️ lock 🔒 key 🔑 hammer 🔨 " +
  "wrench 🔧 gear ⚙️ link 🔗 test_tube 🧪 broom 🧹 bell 🔔 hourglass ⌛ alarm_clock ⏰ check ✅ white_check_mark ✅ x ❌ " +
  "warning ⚠️ no_entry ⛔ question ❓ exclamation ❗ plus ➕ minus ➖ recycle ♻️ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ " +
  "arrow_down ⬇️ red_circle 🔴 green_circle 🟢 blue_circle 🔵 flag 🚩 checkered_flag 🏁 globe 🌍";

export interface Emoji {
  name: string;
  sign: string;
}

const all: readonly Emoji[] = [...table.matchAll(/(\S+) (\S+)/g)].map(([, name = "", sign = ""]) => ({
  name,
  sign,
}));

/** Those whose name, or a part of it, begins so; names that begin so are first, short ones before long ones. */
export function emojiFor(beginning: string, atMost: number): Emoji[] {
  const wanted = beginning.toLowerCase();
  const rank = ({ name }: Emoji) => (name.startsWith(wanted) ? name.length : 1_000 + name.length);
  return all
    .filter(({ name }) => name.startsWith(wanted) || name.includes(`_${wanted}`))
    .sort((one, other) => rank(one) - rank(other))
    .slice(0, atMost);
}

/** Of a whole name. */
export function emojiNamed(name: string): string | undefined {
  return all.find((each) => each.name === name.toLowerCase())?.sign;
}
