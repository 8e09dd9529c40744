// Parses adaptive cards with Microsoft's own library; one line of JSON each way.

const readline = require("node:readline");
const AdaptiveCards = require("adaptivecards/dist/adaptivecards.js");

function answer(body) {
  const content = body.attachments[0].content;
  const card = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext();
  card.parse(content, context);
  const complaints = [];
  for (let index = 0; index < context.eventCount; index++) {
    complaints.push(context.getEventAt(index).message);
  }
  const failures = card.validateProperties().validationEvents.map((it) => it.message);
  const actions = [];
  for (let index = 0; index < card.getActionCount(); index++) {
    actions.push(card.getActionAt(index).getJsonTypeName());
  }
  const items = [];
  for (let index = 0; index < card.getItemCount(); index++) {
    items.push(card.getItemAt(index).getJsonTypeName());
  }
  return { version: card.version.toString(), complaints: complaints.concat(failures), actions, items };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let reply;
  try {
    reply = answer(JSON.parse(line));
  } catch (error) {
    reply = { error: String(error) };
  }
  console.log(JSON.stringify(reply));
});
