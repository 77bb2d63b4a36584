#include "reference/node/form_cache.hpp"

#include <algorithm>

#include "reference/broker/publish.hpp"

namespace mqttspec::node {
namespace {

using broker::Delivery;

// More forms than that of one message are hardly worth a search.
constexpr std::size_t forms_maximum = 8;
constexpr std::size_t kept_payload = 4'096;  // bytes

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

FormCache::Form& FormCache::form_of(const broker::Message& message, const Delivery& delivery,
                                    codec::Version version) {
  const auto end = forms_.begin() + static_cast<std::ptrdiff_t>(used_);
  const auto known = std::find_if(forms_.begin(), end, [&](const Form& form) {
    return form.version == version && same_form(form.delivery, delivery);
  });
  if (known != end) return *known;
  if (used_ < forms_maximum) ++used_;
  if (forms_.size() < used_) forms_.emplace_back();
  Form& form = forms_[used_ - 1];
  form.delivery = delivery;
  form.version = version;
  form.bytes.clear();
  broker::fill_publish(std::get<codec::Publish>(publish_), message, delivery);
  codec::encode(publish_, version, form.bytes);
  form.identifier_place =
      place_of_identifier(form.bytes, delivery.topic_name_omitted ? 0 : message.topic_name.size());
  return form;
}

void FormCache::append(const std::shared_ptr<const broker::Message>& message,
                       const Delivery& delivery, codec::Version version, codec::Bytes& out) {
  if (message != message_) {
    // Memory is used again, but that of a large message is not kept for small ones.
    if (message_ && message_->payload.size() > kept_payload) {
      forms_.clear();
      publish_.emplace<codec::Publish>();
    }
    message_ = message;
    used_ = 0;
  }
  const Form& form = form_of(*message, delivery, version);
  const std::size_t begin = out.size();
  out.append(form.bytes);
  if (delivery.packet_identifier) {
    out[begin + form.identifier_place] = static_cast<char>(*delivery.packet_identifier >> 8U);
    out[begin + form.identifier_place + 1] = static_cast<char>(*delivery.packet_identifier);
  }
}

}  // namespace mqttspec::node
