// The containers that every test program would compile again in each of its files: precompiled.h
// declares them, precompiled.cpp compiles them. Tests do not include this file. It has no guard,
// because each of the two gives WEIR_SHARED_TEMPLATE its own meaning.
WEIR_SHARED_TEMPLATE class std::basic_string<char>;
WEIR_SHARED_TEMPLATE class std::vector<std::string>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Bound>;
WEIR_SHARED_TEMPLATE class std::vector<weir::ConfigLine>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Event>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Evidence>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Finding>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Flow>;
WEIR_SHARED_TEMPLATE class std::vector<weir::FlowSample>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Gateway>;
WEIR_SHARED_TEMPLATE class std::vector<weir::GroupOwner>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Histogram>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Link>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Listener>;
WEIR_SHARED_TEMPLATE class std::vector<weir::NotSeen>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Owner>;
WEIR_SHARED_TEMPLATE class std::vector<weir::PeerGroup>;
WEIR_SHARED_TEMPLATE class std::vector<weir::PortUse>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Process>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Qdisc>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Resource>;
WEIR_SHARED_TEMPLATE class std::vector<weir::ResourceUse>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Series>;
WEIR_SHARED_TEMPLATE class std::vector<weir::SocketGroup>;
WEIR_SHARED_TEMPLATE class std::vector<weir::SoftnetCpu>;
WEIR_SHARED_TEMPLATE class std::vector<weir::StageReport>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Symptom>;
WEIR_SHARED_TEMPLATE class std::vector<weir::Thread>;
