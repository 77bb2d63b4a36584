#include "reference/node/form_cache.hpp"

#include <algorithm>

namespace mqttspec::node {
namespace {

using broker::Delivery;

// More forms than that of one message are hardly worth a search.
constexpr std::size_t forms_maximum = 8;

bool same_form(const Delivery& a, const Delivery& b) {
  return a.qos == b.qos && a.retain == b.retain && a.dup == b.dup &&
         a.packet_identifier.has_value() == b.packet_identifier.has_value() &&
         a.subscription_identifiers == b.subscription_identifiers &&
         a.message_expiry_interval == b.message_expiry_interval && a.topic_alias == b.topic_alias &&
         a.topic_name_omitted == b.topic_name_omitted;
}

// Behind the fixed header and the Topic Name.
std::size_t place_of_identifier(codec::BytesView frame, std::size_t topic_size) {
  std::size_t place = 1;
  while ((static_cast<unsigned char>(frame[place]) & 0x80U) != 0) ++place;
  return place + 1 + 2 + topic_size;
}

}  // namespace

void FormCache::append(const std::shared_ptr<const broker::Message>& message,
                       const Delivery& delivery, codec::Version version, codec::Bytes& out) {
  if (message != message_) {
    message_ = message;
    forms_.clear();
  }
  auto form = std::find_if(forms_.begin(), forms_.end(), [&](const Form& known) {
    return known.version == version && same_form(known.delivery, delivery);
  });
  if (form == forms_.end()) {
    if (forms_.size() == forms_maximum) forms_.pop_back();
    Form fresh{delivery, version, codec::encode(broker::to_publish(*message, delivery), version)};
    fresh.identifier_place = place_of_identifier(
        fresh.bytes, delivery.topic_name_omitted ? 0 : message->topic_name.size());
    form = forms_.insert(forms_.end(), std::move(fresh));
  }
  const std::size_t begin = out.size();
  out.append(form->bytes);
  if (delivery.packet_identifier) {
    out[begin + form->identifier_place] = static_cast<char>(*delivery.packet_identifier >> 8U);
    out[begin + form->identifier_place + 1] = static_cast<char>(*delivery.packet_identifier);
  }
}

}  // namespace mqttspec::node
