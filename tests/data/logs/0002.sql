BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	bytes BLOB, 
	PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751',X'255044462D312E37206F662032303237');
INSERT INTO "blobs" VALUES('dbd3a49d0d906b4ed9216b73330d2fb080ef2f758c12f3885068222e5e17151c',X'656E');
INSERT INTO "blobs" VALUES('2aa5ee52f63f57c75d8809ab041b167e3db16f4af5c88c1d1da8255dc703e0f8',X'89504E470D0A1A0A206F662032303237');
INSERT INTO "blobs" VALUES('8c63cc3d414e4aec92daf3fe4593313e02bc566bed4ab58a26913873e93fb3a5',X'255044462D312E37206F6620323032372C206368616E676564');
INSERT INTO "blobs" VALUES('005401af27086cbb5a766c7f5e67246d53dd4f67415abdc6de5bb5f0daec284b',X'5375626A6563743A205265');
INSERT INTO "blobs" VALUES('7e8f99f01ef9336a77fcabb2aa57f1bddd97a67cd1dd1261e0eb8f61197f8145',NULL);
INSERT INTO "blobs" VALUES('d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1',X'5375626A6563743A205065746974696F6E');
CREATE TABLE details (
	sha256 VARCHAR(64) NOT NULL, 
	json TEXT, 
	PRIMARY KEY (sha256)
);
INSERT INTO "details" VALUES('b962c07f97f2cb813be0d582a78abeb57a4cd5d4cc7666158791b6d31ead2a44','{"salt":"943cec362901c94c0be674257a73248f"}');
INSERT INTO "details" VALUES('09f0c47b8b644409c87781b47bd57918dd1a56c13b705fa0179720c69dc80129','{"account":"office","job":7,"salt":"94be94882ce91612b98a16b92e605bd6","title":"LFNKR-2027-JP-TOKYO 1a2b3c4d"}');
INSERT INTO "details" VALUES('5add53c41bb31ee27aaf86eaceb4d7045fee593d46ac5afad3ce9dd7d141c199','{"account":"office","job":7,"said":"the queue did not answer","salt":"d1bf20fc6ff5d166c2cd80ee911c5781"}');
INSERT INTO "details" VALUES('cd53f6e62d574023fafdff3719fb627e7dd193c73a0f2b6b750bd2c6571cbaf1','{"account":"office","job":7,"said":"job 7 canceled","salt":"5ca42948a35175d690cd8254f88947c8"}');
INSERT INTO "details" VALUES('fbe9aeb63b91e4152d92dd9a981b46dde25359fc72a81f4bbf4040638c3c59d6','{"account":"office","job":8,"salt":"2cb51e4907a25056430746f3a94f81d7","title":"LFNKR-2027-JP-TOKYO 5e6f7a8b"}');
INSERT INTO "details" VALUES('fbe170e78876fcc8ca34edf0beac27d2187ad7dff541f39c0ad037455cf4dea7','{"account":"office","job":8,"said":"job 8 completed","salt":"a1153f20433f94811bb74f3c246ddd38"}');
INSERT INTO "details" VALUES('bb6fdbfc0b0a9a2a10a877336e21eb44b67bc084bb3a5a1132b9a88badc57282','{"mail_class":"registered","note":"at the counter\n東京","postage":"460 JPY","salt":"87606ca0cc4eaec3bd2a0235cfc2f1c2","tracking":"RR123456785JP"}');
INSERT INTO "details" VALUES('2264a497b857360700041966cc61a452b17ef0a82c66ab62050c0782b88396f3','{"note":"moved","salt":"b9eb02ab3a9c7a5b34722ec12e9239d9"}');
INSERT INTO "details" VALUES('967b83a18caf88399b9679e75001a14601573be4798515c6eec90409b2d3d0cf','{"note":"the new address was found","salt":"1d748b86b8f2d374432d2a9914ea957e"}');
INSERT INTO "details" VALUES('87f6a61e40d06a82d00559f8cf7042e00ba56a6ff4c4be9aa103a71cb564fac2','{"salt":"7debffc67bdd90b2dc77f0d1a2f95765"}');
INSERT INTO "details" VALUES('4758a89fc4a7456109ed5a225afc731eb394ac8d74a046d3e2ddde0e5bc7c000','{"flags":{"lapsed":"petition.ja.md was changed"},"salt":"7e44c409c3e82f3ad07e8cfd6514795a"}');
INSERT INTO "details" VALUES('00137a6b5b0c05f5c832361e3948db0774c5c992e89cfe818031ac00ad7718b9','{"salt":"26e281aa397ef49d4e354a328696efc1"}');
INSERT INTO "details" VALUES('bfc2484bdf25ab65893c782225183906bfdc332069cba6e947174f74699aaf1c','{"met":"the guard","salt":"5a26fc5296528ecfcd74f705941f5fea"}');
INSERT INTO "details" VALUES('cb5e826e018ae0ec4011b152f7361c3c311f09f8836e921d611f3c910f3d410b','{"mail":"<a@example.cn>","said":"We have received your letter.","salt":"7d36f9fe2603364aeb1e15b081469b6c"}');
INSERT INTO "details" VALUES('6ace7d7c83ca55dd03d797317386700a874412e4a8f95d2c0d05c44e08370a10','{"met":"a guard, who gave no name","note":"they closed the window","salt":"3072e123c19ff612802882aed1d8f3da"}');
INSERT INTO "details" VALUES('19b31f608c7a15772295b4a3bd999c49fe8403f94f431c7765cad672b37148ae','{"flags":{"twice":"it was refused at the gate before"},"salt":"5f44c510e98613a8da3738cdca8c0a1c"}');
INSERT INTO "details" VALUES('6585f2d3e4f373815fa5d1109f2fd729b132211b12ea0040901d7ae3630b7d85','{"confirms":16,"note":"both are so","salt":"5645fc4df269e2383e84baa9ee9643d4"}');
INSERT INTO "details" VALUES('b42e4379e0270ee89402094c9e6764c260eee2bc28ea94be1e162d005cbaf3cc','{"salt":"9ed2f13b58646b0f7525efc404f6b7d9"}');
INSERT INTO "details" VALUES('d2babce1e8dd44aa8be47c857069bbfe199332620cb70984a9267887eb6242d9','{"note":"private words","salt":"dbde9b65ef5778404d7579b32c801c48"}');
INSERT INTO "details" VALUES('7d5c271083ddec8c2206dea4526f741b927cb71d5cbc9aa95b33a204b80fbe8b','{"note":"typed twice","salt":"12149d78a01b4ae9e01bc541b5a650de","withdraws":19}');
INSERT INTO "details" VALUES('315921ae21166b233de54dd0e7c6c463f01eff9abbfd8d30fcf65bc3ede4d65e',NULL);
INSERT INTO "details" VALUES('03fc234e31d8077bc071b170767358ba2d435ef5f52d30fd5792eb05dea610b0','{"erased":["7e8f99f01ef9336a77fcabb2aa57f1bddd97a67cd1dd1261e0eb8f61197f8145"],"note":"it shows a face","redacts":21,"salt":"39268ec2bb4fbbd0f24cd4c0a533964e"}');
INSERT INTO "details" VALUES('11c2b52e6447fdef078d12beaca78681481d25fb494c228bc71da14fe927ddf5','{"account":"office","salt":"9d520266fe23b0855a069599f8d335ae"}');
INSERT INTO "details" VALUES('90a4318fa030fa30cf47e8b62c4d3ae68151e47d3b4ac1cf74f5330f85d6759a','{"account":"office","salt":"7c2af7a51d840621b511c9417dd3ac8f"}');
INSERT INTO "details" VALUES('aea91e7a503a94e51a9e6636d88a4af8ce5bc07830e6ac551e10c4af5fbf9bc5','{"account":"office","salt":"0dcfcc12a03815bc4af3aeedc7cc3fa8"}');
INSERT INTO "details" VALUES('22c21f06b4b703df2c6c7e7e1b1efd7f303b0f2052c7419827b89d7e2a8f6f4a','{"account":"office","refused":{"old@example.cn":"550 5.1.1 no such user"},"said":"250 2.0.0 Ok: queued","salt":"e41dc27442bc44e8041c12165b52f377"}');
INSERT INTO "details" VALUES('d5a3477945e114b5b050b90978a22784eb492f70ecc673c8d579193b3edf8fc6','{"mail":"<b@example.cn>","said":"delivered to the mailbox","salt":"dbfd59d2d7df3bd2d6c8f2d2a53d29e4"}');
INSERT INTO "details" VALUES('3bac971557347bddb6d33219bf3728d1ad90ad3db84c49748d27efb2410d4916','{"mail":"<c@example.cn>","salt":"eaebc43054e960e7cc0caa43c712c2d4"}');
INSERT INTO "details" VALUES('62ecc1d2c7527e8016d154525ab8c5eed22aec588275ab841c9654646092822b','{"account":"office","salt":"9d44bd51ff8833069c9f661457a7be2e"}');
INSERT INTO "details" VALUES('f57d3916c821a8bc733cd4fa6efe9aea82868b0353325590109e3ba2360fda5f','{"account":"office","salt":"c8651064fdcb5a048567ee0b245e507a"}');
INSERT INTO "details" VALUES('1df83de8c15c787a6b1998db2750aca13421a57e41c562b45ad4c38aafbf11c4','{"account":"office","salt":"51bcf62580bf597cf73ad3ef2f98c92a"}');
INSERT INTO "details" VALUES('484e627854470b5e03ca8b96a45e7d550fb21d86f0f641f0bc2fb72473188f81','{"mail":"<d@example.cn>","said":"nagasaki@example.cn: no such mailbox: 550 5.1.1","salt":"961261cde846459e0aa1f26817035dbb"}');
INSERT INTO "details" VALUES('9b6f006b25c28b2cba50197c31bdbcfeb9fae1177a5f69f5bc470bc1117cec22','{"account":"office","salt":"603db1a5629716ac2186f84c58f75821"}');
INSERT INTO "details" VALUES('7ff882b11d73337250006ca3f9c6b8b3ae8a9bcc750b63361e5f9a0a1d7badd5','{"account":"office","salt":"4959b59e2890081a5b73409400385251"}');
INSERT INTO "details" VALUES('8781905778b42453eaad4ffcb1ad3f47780089f424f3f591a73b78366d30968e','{"account":"office","said":"554 5.7.1 refused","salt":"de16983a55d05d65539cf50fa7067f7d"}');
INSERT INTO "details" VALUES('16a96606e5b5b666ce06c2a8e9630750f41e2e9f40370da9bdc86d89a5bd92b9','{"account":"office","salt":"0c08b1536ada093fd1369442d59362b8"}');
INSERT INTO "details" VALUES('a82638a6934b83754167a46d7ce00c83d83393772f7922f74eebf499b77d2a63','{"account":"office","said":"451 4.7.1 later","salt":"93cc525757e076f5aca5a96d98ac9878"}');
INSERT INTO "details" VALUES('2cb8cedca3e212175ddabcf04497e7e360b5fae5f9f652dec6dcdc767b0c3177','{"account":"office","salt":"c9ad5d2cc84a75729b3d43a08652a204"}');
INSERT INTO "details" VALUES('9b3d38bdf2f68794fd719679fa4404689469a09e8fa945b8a6d69315fe250077','{"account":"office","salt":"5982ebfe65d0231654cd55190dc8a765"}');
INSERT INTO "details" VALUES('595a30e1a47ba46e546beaff7aabbd7c9bcbd3619df30e1d23ed9d8cf39c0f68','{"account":"office","said":"the line broke","salt":"5342adf2a3c8073470dfd9372db87da7"}');
INSERT INTO "details" VALUES('044e7acbfda40b94a45f2414a1b3a73af4d2c227a75366ff098429a3ffad342c','{"note":"it lies in Sent","salt":"8ce351a03e6af8b6897f4d39b7007dca"}');
INSERT INTO "details" VALUES('ad4e578fb7c9863d26096094e1fd8ce397f1a16379e374b81563e6b108b2941d','{"account":"office","salt":"7c2919fb71d02b378e559ed82adf8339"}');
INSERT INTO "details" VALUES('1a95e960f7c18026f6ca9f9c14feec5a6e59def22893f80f850cf370c9a4c80a','{"account":"office","salt":"d47cd22cc9552dc3fb4b195b58be2688"}');
INSERT INTO "details" VALUES('c72b995981b549ece167cf739fd20d7fdcede7c7b557f18321645e947bbc928e','{"note":"deleted the draft","salt":"1b2aeaef1234bf9b0261adb51f61fcdb"}');
INSERT INTO "details" VALUES('cec03bace5656cfaa5ad2a5273da30e22f1926a6bf0752478d85f9e64daed992','{"account":"office","salt":"5282a619ddbaee93be2a420ed1b11214"}');
INSERT INTO "details" VALUES('4f6dbac15708de43660fcafb1b0f1128587f7937472a81b00419e1f1c6cac292','{"account":"office","salt":"f243b018f0a38ec593942d899cdb39ca"}');
INSERT INTO "details" VALUES('c9113fec3f3b11ba8996b8bec458ee5990cd5d1fa21d6f92a8bfa354d7797139','{"account":"office","salt":"b1314a37e40500b3f9f833d9a2bada69"}');
INSERT INTO "details" VALUES('7b9849baf6d75aeb4e4a589c7e4cc5b877c3b7f0c1a767111b2dc19c11847da5','{"account":"office","salt":"60f072f7469140c69cfea0b77f0f0107"}');
INSERT INTO "details" VALUES('e7e2a91fa0b67da542d2d44d7bec98e6c2bb41ec7ee8a6474d7425c7f5902c0b','{"flags":{"absent":"it lived on another machine"},"note":"the new computer","salt":"4e6448a1c304ab8956426d7118c70f55"}');
INSERT INTO "details" VALUES('bd150d61d03c649063b13ce0a04b78bb79d60537a754db745a919c5690b322e5','{"flags":{"restored":"nothing is lost"},"note":"the disk failed","salt":"5a49c0af62df92a18d2c7ce0e3ed4861"}');
INSERT INTO "details" VALUES('a9fc5cdea97957ac32e317c7f7e2560e78e1e6b3756d59547784bb1416335238','{"salt":"f29588f5c97914fac45694c5d3d939b7","settles":["0000000000000000000000000000000000000000000000000000000000000000"]}');
CREATE TABLE documents (
	event INTEGER NOT NULL, 
	role TEXT NOT NULL, 
	name TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	PRIMARY KEY (event, role, name), 
	FOREIGN KEY(event) REFERENCES events (id), 
	FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
INSERT INTO "documents" VALUES(1,'letter','petition.ja.pdf','application/pdf','8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751');
INSERT INTO "documents" VALUES(1,'letter','petition.en.pdf','application/pdf','dbd3a49d0d906b4ed9216b73330d2fb080ef2f758c12f3885068222e5e17151c');
INSERT INTO "documents" VALUES(7,'letter','petition.ja.pdf','application/pdf','8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751');
INSERT INTO "documents" VALUES(7,'letter','petition.en.pdf','application/pdf','dbd3a49d0d906b4ed9216b73330d2fb080ef2f758c12f3885068222e5e17151c');
INSERT INTO "documents" VALUES(8,'evidence','gate.png','image/png','2aa5ee52f63f57c75d8809ab041b167e3db16f4af5c88c1d1da8255dc703e0f8');
INSERT INTO "documents" VALUES(10,'letter','petition.ja.pdf','application/pdf','8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751');
INSERT INTO "documents" VALUES(12,'letter','petition.ja.pdf','application/pdf','8c63cc3d414e4aec92daf3fe4593313e02bc566bed4ab58a26913873e93fb3a5');
INSERT INTO "documents" VALUES(14,'reply','reply.eml','message/rfc822','005401af27086cbb5a766c7f5e67246d53dd4f67415abdc6de5bb5f0daec284b');
INSERT INTO "documents" VALUES(19,'evidence','gate.png','image/png','2aa5ee52f63f57c75d8809ab041b167e3db16f4af5c88c1d1da8255dc703e0f8');
INSERT INTO "documents" VALUES(21,'evidence','face.png','image/png','7e8f99f01ef9336a77fcabb2aa57f1bddd97a67cd1dd1261e0eb8f61197f8145');
INSERT INTO "documents" VALUES(24,'message','message.eml','message/rfc822','d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1');
INSERT INTO "documents" VALUES(29,'message','message.eml','message/rfc822','d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1');
INSERT INTO "documents" VALUES(33,'message','message.eml','message/rfc822','d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1');
INSERT INTO "documents" VALUES(38,'message','message.eml','message/rfc822','d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1');
INSERT INTO "documents" VALUES(47,'message','message.eml','message/rfc822','d01004567667b92f0bc9e06214fe6fb0366404da78609ccc64e9268abd49ccc1');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	edition INTEGER NOT NULL CHECK (edition >= 1), 
	recipient TEXT NOT NULL, 
	recipient_name TEXT NOT NULL, 
	destination TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	attempt INTEGER NOT NULL CHECK (attempt >= 1), 
	kind TEXT NOT NULL, 
	happened_on TEXT NOT NULL, 
	recorded_at TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	details_sha256 VARCHAR(64) NOT NULL, 
	previous_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL CHECK (length(hash) = 64), 
	home TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(details_sha256) REFERENCES details (sha256), 
	UNIQUE (previous_hash), 
	UNIQUE (hash)
);
INSERT INTO "events" VALUES(1,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'approved','2027-09-02','2027-09-02T03:04:05Z','Hanako','b962c07f97f2cb813be0d582a78abeb57a4cd5d4cc7666158791b6d31ead2a44','0000000000000000000000000000000000000000000000000000000000000000','c901e8280981c197f1da8b70c29b56c243b644fc14f24b515e6baabc1acb1f0d','f885c85d769a9e3d /tmp/petition');
INSERT INTO "events" VALUES(2,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'printing','2027-09-03','2027-09-03T03:04:05Z','Hanako','09f0c47b8b644409c87781b47bd57918dd1a56c13b705fa0179720c69dc80129','c901e8280981c197f1da8b70c29b56c243b644fc14f24b515e6baabc1acb1f0d','9b8a3d2b623a7c0dd77c90cb9084dbf6164a7eae7bcbba58535047935eea8a44','');
INSERT INTO "events" VALUES(3,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'print in doubt','2027-09-03','2027-09-03T03:04:05Z','Hanako','5add53c41bb31ee27aaf86eaceb4d7045fee593d46ac5afad3ce9dd7d141c199','9b8a3d2b623a7c0dd77c90cb9084dbf6164a7eae7bcbba58535047935eea8a44','fb7a344be8b244ce13ce1feff73e7a1bb07cbc579adf7042dea50cc962e82b8d','');
INSERT INTO "events" VALUES(4,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'not printed','2027-09-03','2027-09-03T03:04:05Z','Hanako','cd53f6e62d574023fafdff3719fb627e7dd193c73a0f2b6b750bd2c6571cbaf1','fb7a344be8b244ce13ce1feff73e7a1bb07cbc579adf7042dea50cc962e82b8d','0928be28f27996ea5b1221688f799f44028536b859c4914efbf36e4aaf118397','');
INSERT INTO "events" VALUES(5,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'printing','2027-09-04','2027-09-04T03:04:05Z','Hanako','fbe9aeb63b91e4152d92dd9a981b46dde25359fc72a81f4bbf4040638c3c59d6','0928be28f27996ea5b1221688f799f44028536b859c4914efbf36e4aaf118397','0cebd63b236de59e760fc660f3c4ce1b42f4921437b2ddef74b3429ea0469d10','');
INSERT INTO "events" VALUES(6,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'printed','2027-09-04','2027-09-04T03:04:05Z','Hanako','fbe170e78876fcc8ca34edf0beac27d2187ad7dff541f39c0ad037455cf4dea7','0cebd63b236de59e760fc660f3c4ce1b42f4921437b2ddef74b3429ea0469d10','30b5755f4b5408e20d5fc43edbd081b667dc59ee4e2c27ccf526b2469b7d2371','');
INSERT INTO "events" VALUES(7,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'posted','2027-09-10','2027-09-10T03:04:05Z','Hanako','bb6fdbfc0b0a9a2a10a877336e21eb44b67bc084bb3a5a1132b9a88badc57282','30b5755f4b5408e20d5fc43edbd081b667dc59ee4e2c27ccf526b2469b7d2371','0b934d8e3edecc4abf6b1cf437e197f59813d3e18c5f26f7949b170e62616164','');
INSERT INTO "events" VALUES(8,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'returned','2027-09-20','2027-09-20T03:04:05Z','Hanako','2264a497b857360700041966cc61a452b17ef0a82c66ab62050c0782b88396f3','0b934d8e3edecc4abf6b1cf437e197f59813d3e18c5f26f7949b170e62616164','eb369d51f77f28593e08ffbbfb4f6308ab8ad1475277829ea93b0868824f8735','');
INSERT INTO "events" VALUES(9,'2027',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',2,'reopened','2027-09-21','2027-09-21T03:04:05Z','Hanako','967b83a18caf88399b9679e75001a14601573be4798515c6eec90409b2d3d0cf','eb369d51f77f28593e08ffbbfb4f6308ab8ad1475277829ea93b0868824f8735','4e7a0b56febd78381a5e7e165f2da055f0efb49db53c9429e7ef35f6e26b8493','');
INSERT INTO "events" VALUES(10,'2027',1,'jp-osaka','中華人民共和国駐大阪総領事館','大阪府大阪市西区靱本町3-9-2','hand',1,'approved','2027-09-02','2027-09-02T03:04:05Z','Hanako','87f6a61e40d06a82d00559f8cf7042e00ba56a6ff4c4be9aa103a71cb564fac2','4e7a0b56febd78381a5e7e165f2da055f0efb49db53c9429e7ef35f6e26b8493','6872e766df14323261a57d1e3a82016eed4d7c05285f496731daacdf9f41417a','');
INSERT INTO "events" VALUES(11,'2027',1,'jp-osaka','中華人民共和国駐大阪総領事館','大阪府大阪市西区靱本町3-9-2','hand',1,'lapsed','2027-09-05','2027-09-05T03:04:05Z','Hanako','4758a89fc4a7456109ed5a225afc731eb394ac8d74a046d3e2ddde0e5bc7c000','6872e766df14323261a57d1e3a82016eed4d7c05285f496731daacdf9f41417a','f4f94aea1aeea5e58430aed649ae8aa06ddc2a68b656835b7913d5e9e0cb8776','');
INSERT INTO "events" VALUES(12,'2027',1,'jp-osaka','中華人民共和国駐大阪総領事館','大阪府大阪市西区靱本町3-9-2','hand',1,'approved','2027-09-06','2027-09-06T03:04:05Z','Hanako','00137a6b5b0c05f5c832361e3948db0774c5c992e89cfe818031ac00ad7718b9','f4f94aea1aeea5e58430aed649ae8aa06ddc2a68b656835b7913d5e9e0cb8776','37c1c00c49e6c43ea316a16b69c5db811b189cc053d4036f31b3a7380aacc7d3','');
INSERT INTO "events" VALUES(13,'2027',1,'jp-osaka','中華人民共和国駐大阪総領事館','大阪府大阪市西区靱本町3-9-2','hand',1,'handed over','2027-09-11','2027-09-11T03:04:05Z','Hanako','bfc2484bdf25ab65893c782225183906bfdc332069cba6e947174f74699aaf1c','37c1c00c49e6c43ea316a16b69c5db811b189cc053d4036f31b3a7380aacc7d3','1461ab343e836d132ef75a3406f15b8e6bc22f0cbdc35f83860d4bfd4dfb89c1','');
INSERT INTO "events" VALUES(14,'2027',1,'jp-osaka','中華人民共和国駐大阪総領事館','大阪府大阪市西区靱本町3-9-2','hand',1,'replied','2027-09-25','2027-09-25T03:04:05Z','Hanako','cb5e826e018ae0ec4011b152f7361c3c311f09f8836e921d611f3c910f3d410b','1461ab343e836d132ef75a3406f15b8e6bc22f0cbdc35f83860d4bfd4dfb89c1','de366f6712946e71be46bbbe7b22fa3a85268a13572ef8e5c2c29b807537d7ae','');
INSERT INTO "events" VALUES(15,'2027',1,'jp-nagoya','Consulate-General in Nagoya','Nagoya 2-8-37','hand',1,'refused at the gate','2027-09-11','2027-09-11T03:04:05Z','Hanako','6ace7d7c83ca55dd03d797317386700a874412e4a8f95d2c0d05c44e08370a10','de366f6712946e71be46bbbe7b22fa3a85268a13572ef8e5c2c29b807537d7ae','cd964ebcca5c2321e89367bc6b0653091d278656e7e86e1f03a8eb165dbfeabc','');
INSERT INTO "events" VALUES(16,'2027',1,'jp-nagoya','Consulate-General in Nagoya','Nagoya 2-8-37','hand',1,'left in the letter box','2027-09-12','2027-09-12T03:04:05Z','Hanako','19b31f608c7a15772295b4a3bd999c49fe8403f94f431c7765cad672b37148ae','cd964ebcca5c2321e89367bc6b0653091d278656e7e86e1f03a8eb165dbfeabc','fdb73b96ec64b98aba9214028d85d172dbed59aa360dadb75fae4bcef6588ff9','');
INSERT INTO "events" VALUES(17,'2027',1,'jp-nagoya','Consulate-General in Nagoya','Nagoya 2-8-37','hand',1,'confirmed','2027-09-13','2027-09-13T03:04:05Z','Hanako','6585f2d3e4f373815fa5d1109f2fd729b132211b12ea0040901d7ae3630b7d85','fdb73b96ec64b98aba9214028d85d172dbed59aa360dadb75fae4bcef6588ff9','c009d8a8c722941148317c5369ea90332323e3ed5c4355012dd267f949a70ce4','');
INSERT INTO "events" VALUES(18,'2027',1,'jp-fukuoka','Consulate-General in Fukuoka','092-713-1121','fax',1,'faxed','2027-09-12','2027-09-12T03:04:05Z','Hanako','b42e4379e0270ee89402094c9e6764c260eee2bc28ea94be1e162d005cbaf3cc','c009d8a8c722941148317c5369ea90332323e3ed5c4355012dd267f949a70ce4','2c83f043b4a737ae9b2417a10d97e46e08fa8b44e404ca4f46885b2451ec8208','');
INSERT INTO "events" VALUES(19,'2027',1,'jp-fukuoka','Consulate-General in Fukuoka','Fukuoka 1-3-3','post',1,'posted','2027-09-12','2027-09-12T03:04:05Z','Hanako','d2babce1e8dd44aa8be47c857069bbfe199332620cb70984a9267887eb6242d9','2c83f043b4a737ae9b2417a10d97e46e08fa8b44e404ca4f46885b2451ec8208','eea378c12730cedc0bb04feea36cfc344ae90b8c0232f83bb1ecb972a2d6bd24','');
INSERT INTO "events" VALUES(20,'2027',1,'jp-fukuoka','Consulate-General in Fukuoka','Fukuoka 1-3-3','post',1,'withdrawn','2027-09-13','2027-09-13T03:04:05Z','Hanako','7d5c271083ddec8c2206dea4526f741b927cb71d5cbc9aa95b33a204b80fbe8b','eea378c12730cedc0bb04feea36cfc344ae90b8c0232f83bb1ecb972a2d6bd24','02952ec6d301738a252c7629145953ee8e1574d517b08706afa010920de80043','');
INSERT INTO "events" VALUES(21,'2027',1,'jp-niigata','Consulate-General in Niigata','Niigata 5220-18','post',1,'posted','2027-09-12','2027-09-12T03:04:05Z','Hanako','315921ae21166b233de54dd0e7c6c463f01eff9abbfd8d30fcf65bc3ede4d65e','02952ec6d301738a252c7629145953ee8e1574d517b08706afa010920de80043','80dea91f945cbdd29dae6db764762da0ce91da0c67490a8f039fe10347108beb','');
INSERT INTO "events" VALUES(22,'2027',1,'jp-niigata','Consulate-General in Niigata','Niigata 5220-18','post',1,'redacted','2027-09-14','2027-09-14T03:04:05Z','Hanako','03fc234e31d8077bc071b170767358ba2d435ef5f52d30fd5792eb05dea610b0','80dea91f945cbdd29dae6db764762da0ce91da0c67490a8f039fe10347108beb','bed23f3fefcd63cbc9eb636e7fc1777e7bcef19fedf112e11236d21dc694e10c','');
INSERT INTO "events" VALUES(23,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'rehearsed','2027-09-08','2027-09-08T03:04:05Z','Hanako','11c2b52e6447fdef078d12beaca78681481d25fb494c228bc71da14fe927ddf5','bed23f3fefcd63cbc9eb636e7fc1777e7bcef19fedf112e11236d21dc694e10c','7b63b9db96edc32c25e4add1ac2e31b93258ede90654ecae785415d819b79e12','');
INSERT INTO "events" VALUES(24,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','90a4318fa030fa30cf47e8b62c4d3ae68151e47d3b4ac1cf74f5330f85d6759a','7b63b9db96edc32c25e4add1ac2e31b93258ede90654ecae785415d819b79e12','422bb838b65190f746f348cb36d66ab4db1370f0722d315c4c963a76060b211d','');
INSERT INTO "events" VALUES(25,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'committing','2027-09-08','2027-09-08T03:04:05Z','Hanako','aea91e7a503a94e51a9e6636d88a4af8ce5bc07830e6ac551e10c4af5fbf9bc5','422bb838b65190f746f348cb36d66ab4db1370f0722d315c4c963a76060b211d','1e8f3125902043d1b9b77bc2cc3c9de2cf6df29800538571a18fee7a5210ccf8','');
INSERT INTO "events" VALUES(26,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'accepted','2027-09-08','2027-09-08T03:04:05Z','Hanako','22c21f06b4b703df2c6c7e7e1b1efd7f303b0f2052c7419827b89d7e2a8f6f4a','1e8f3125902043d1b9b77bc2cc3c9de2cf6df29800538571a18fee7a5210ccf8','0299e368b8f53ad326765d183907f6a564402b9a8cbfb1a5a9bffd36c8809a28','');
INSERT INTO "events" VALUES(27,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'delivered','2027-09-09','2027-09-09T03:04:05Z','Hanako','d5a3477945e114b5b050b90978a22784eb492f70ecc673c8d579193b3edf8fc6','0299e368b8f53ad326765d183907f6a564402b9a8cbfb1a5a9bffd36c8809a28','a27bf11ce3038fee208df1ca2668afccdd39ab140cd057699fa0ee043e303a1d','');
INSERT INTO "events" VALUES(28,'2027',1,'jp-sapporo','Consulate-General in Sapporo','sapporo@example.cn','email',1,'auto-replied','2027-09-09','2027-09-09T03:04:05Z','Hanako','3bac971557347bddb6d33219bf3728d1ad90ad3db84c49748d27efb2410d4916','a27bf11ce3038fee208df1ca2668afccdd39ab140cd057699fa0ee043e303a1d','f697a0ef3b2777d3f1a406eb138bac91b61023e6ab8353d2ea705a72ea5a9fef','');
INSERT INTO "events" VALUES(29,'2027',1,'jp-nagasaki','Consulate-General in Nagasaki','nagasaki@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','62ecc1d2c7527e8016d154525ab8c5eed22aec588275ab841c9654646092822b','f697a0ef3b2777d3f1a406eb138bac91b61023e6ab8353d2ea705a72ea5a9fef','5956444af4b75c91489158e10d3ede1acf653e3df3513e66d3259bc32400c70e','');
INSERT INTO "events" VALUES(30,'2027',1,'jp-nagasaki','Consulate-General in Nagasaki','nagasaki@example.cn','email',1,'committing','2027-09-08','2027-09-08T03:04:05Z','Hanako','f57d3916c821a8bc733cd4fa6efe9aea82868b0353325590109e3ba2360fda5f','5956444af4b75c91489158e10d3ede1acf653e3df3513e66d3259bc32400c70e','801928883b09d25957e7d4cd28111d29ad742291c8ecfb32908aef6b7388720e','');
INSERT INTO "events" VALUES(31,'2027',1,'jp-nagasaki','Consulate-General in Nagasaki','nagasaki@example.cn','email',1,'accepted','2027-09-08','2027-09-08T03:04:05Z','Hanako','1df83de8c15c787a6b1998db2750aca13421a57e41c562b45ad4c38aafbf11c4','801928883b09d25957e7d4cd28111d29ad742291c8ecfb32908aef6b7388720e','2865ec0fa1d82189541015360e17517de452619984cc73232057fb8e28ab79bc','');
INSERT INTO "events" VALUES(32,'2027',1,'jp-nagasaki','Consulate-General in Nagasaki','nagasaki@example.cn','email',1,'bounced','2027-09-09','2027-09-09T03:04:05Z','Hanako','484e627854470b5e03ca8b96a45e7d550fb21d86f0f641f0bc2fb72473188f81','2865ec0fa1d82189541015360e17517de452619984cc73232057fb8e28ab79bc','e17aa9930c23186fb897c88d35677872e89b1dd10986e059f6331c0b7eeac0f5','');
INSERT INTO "events" VALUES(33,'2027',1,'jp-naha','Consulate-General in Naha','naha@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','9b6f006b25c28b2cba50197c31bdbcfeb9fae1177a5f69f5bc470bc1117cec22','e17aa9930c23186fb897c88d35677872e89b1dd10986e059f6331c0b7eeac0f5','f2f9b114747cc230cdf5efa80c54d59022fbeed74d25f11c390f862e9174d1d8','');
INSERT INTO "events" VALUES(34,'2027',1,'jp-naha','Consulate-General in Naha','naha@example.cn','email',1,'committing','2027-09-08','2027-09-08T03:04:05Z','Hanako','7ff882b11d73337250006ca3f9c6b8b3ae8a9bcc750b63361e5f9a0a1d7badd5','f2f9b114747cc230cdf5efa80c54d59022fbeed74d25f11c390f862e9174d1d8','f78e924ff5ba95ccdc682d8677186d464ec2910f2ea24111e62c089cab4d8603','');
INSERT INTO "events" VALUES(35,'2027',1,'jp-naha','Consulate-General in Naha','naha@example.cn','email',1,'refused','2027-09-08','2027-09-08T03:04:05Z','Hanako','8781905778b42453eaad4ffcb1ad3f47780089f424f3f591a73b78366d30968e','f78e924ff5ba95ccdc682d8677186d464ec2910f2ea24111e62c089cab4d8603','8e4258738439eda459f3262b0270254c743a42cc1c55dff77b187bf6e7714361','');
INSERT INTO "events" VALUES(36,'2027',1,'jp-sendai','Consulate-General in Sendai','sendai@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','16a96606e5b5b666ce06c2a8e9630750f41e2e9f40370da9bdc86d89a5bd92b9','8e4258738439eda459f3262b0270254c743a42cc1c55dff77b187bf6e7714361','41b34f2aaf9377c1145372699f8873d3eddb038b9a9c7e0bdc5f59fa1d00b115','');
INSERT INTO "events" VALUES(37,'2027',1,'jp-sendai','Consulate-General in Sendai','sendai@example.cn','email',1,'deferred','2027-09-08','2027-09-08T03:04:05Z','Hanako','a82638a6934b83754167a46d7ce00c83d83393772f7922f74eebf499b77d2a63','41b34f2aaf9377c1145372699f8873d3eddb038b9a9c7e0bdc5f59fa1d00b115','dded4e5f9d3672afc6ede3958c5d42efba3f89339f6c3fd711ef0b638d30658f','');
INSERT INTO "events" VALUES(38,'2027',1,'jp-kobe','Consulate-General in Kobe','kobe@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','2cb8cedca3e212175ddabcf04497e7e360b5fae5f9f652dec6dcdc767b0c3177','dded4e5f9d3672afc6ede3958c5d42efba3f89339f6c3fd711ef0b638d30658f','0e453ebb88fa93d32af317c9bb08b3326d99aac07eb515306cb9f9533485745f','');
INSERT INTO "events" VALUES(39,'2027',1,'jp-kobe','Consulate-General in Kobe','kobe@example.cn','email',1,'committing','2027-09-08','2027-09-08T03:04:05Z','Hanako','9b3d38bdf2f68794fd719679fa4404689469a09e8fa945b8a6d69315fe250077','0e453ebb88fa93d32af317c9bb08b3326d99aac07eb515306cb9f9533485745f','c497344d417d6950fcc62e74c99427607f8cd7cf6a9b6bb26a0c163742d89fe1','');
INSERT INTO "events" VALUES(40,'2027',1,'jp-kobe','Consulate-General in Kobe','kobe@example.cn','email',1,'in doubt','2027-09-08','2027-09-08T03:04:05Z','Hanako','595a30e1a47ba46e546beaff7aabbd7c9bcbd3619df30e1d23ed9d8cf39c0f68','c497344d417d6950fcc62e74c99427607f8cd7cf6a9b6bb26a0c163742d89fe1','0ece499675381922477acb0a76b8631decd9b7a0a59f0b4cddbfb9664c39323f','');
INSERT INTO "events" VALUES(41,'2027',1,'jp-kobe','Consulate-General in Kobe','kobe@example.cn','email',1,'settled sent','2027-09-09','2027-09-09T03:04:05Z','Hanako','044e7acbfda40b94a45f2414a1b3a73af4d2c227a75366ff098429a3ffad342c','0ece499675381922477acb0a76b8631decd9b7a0a59f0b4cddbfb9664c39323f','39db7a78597067752b6f07aefaa8cec601d9fefebffb34ac4e8c98f29f2cf3d4','');
INSERT INTO "events" VALUES(42,'2027',1,'jp-chiba','Consulate-General in Chiba','chiba@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','ad4e578fb7c9863d26096094e1fd8ce397f1a16379e374b81563e6b108b2941d','39db7a78597067752b6f07aefaa8cec601d9fefebffb34ac4e8c98f29f2cf3d4','e4ddbde0119fa428c61253447d8a06a0282277b318ff29e6537a5d45717af644','');
INSERT INTO "events" VALUES(43,'2027',1,'jp-chiba','Consulate-General in Chiba','chiba@example.cn','email',1,'drafted','2027-09-08','2027-09-08T03:04:05Z','Hanako','1a95e960f7c18026f6ca9f9c14feec5a6e59def22893f80f850cf370c9a4c80a','e4ddbde0119fa428c61253447d8a06a0282277b318ff29e6537a5d45717af644','be951ede4bc4fe2aa2b2b9c01182234a6bb11509b82d61fadf6824ded30ba984','');
INSERT INTO "events" VALUES(44,'2027',1,'jp-chiba','Consulate-General in Chiba','chiba@example.cn','email',1,'settled not sent','2027-09-09','2027-09-09T03:04:05Z','Hanako','c72b995981b549ece167cf739fd20d7fdcede7c7b557f18321645e947bbc928e','be951ede4bc4fe2aa2b2b9c01182234a6bb11509b82d61fadf6824ded30ba984','710c5801a7fd981f5bf65102dd592ecef5516a2846485250ddd9f284c6aec4db','');
INSERT INTO "events" VALUES(45,'2027',1,'jp-gifu','Consulate-General in Gifu','gifu@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','cec03bace5656cfaa5ad2a5273da30e22f1926a6bf0752478d85f9e64daed992','710c5801a7fd981f5bf65102dd592ecef5516a2846485250ddd9f284c6aec4db','a1779eddbce70f1cf2bd0617080964b72609834fefbb06d97fbcd1d39300416c','');
INSERT INTO "events" VALUES(46,'2027',1,'jp-gifu','Consulate-General in Gifu','gifu@example.cn','email',1,'exported','2027-09-08','2027-09-08T03:04:05Z','Hanako','4f6dbac15708de43660fcafb1b0f1128587f7937472a81b00419e1f1c6cac292','a1779eddbce70f1cf2bd0617080964b72609834fefbb06d97fbcd1d39300416c','e014465b3dc52663f0081c36806272a437b6bdbb664b13c64ca47b5bed862528','');
INSERT INTO "events" VALUES(47,'2027',1,'jp-oita','Consulate-General in Oita','oita@example.cn','email',1,'handing over','2027-09-08','2027-09-08T03:04:05Z','Hanako','c9113fec3f3b11ba8996b8bec458ee5990cd5d1fa21d6f92a8bfa354d7797139','e014465b3dc52663f0081c36806272a437b6bdbb664b13c64ca47b5bed862528','8e63d50dd81630954d3a424021d421cb42d2bc1f19b013e55bff45080af4acf4','');
INSERT INTO "events" VALUES(48,'2027',1,'jp-oita','Consulate-General in Oita','oita@example.cn','email',1,'committing','2027-09-08','2027-09-08T03:04:05Z','Hanako','7b9849baf6d75aeb4e4a589c7e4cc5b877c3b7f0c1a767111b2dc19c11847da5','8e63d50dd81630954d3a424021d421cb42d2bc1f19b013e55bff45080af4acf4','6d4f00e70e8aa9120ee8351a2416405d33c14a2248d6cc4203cbd22fc2c1dd25','');
INSERT INTO "events" VALUES(49,'2027',1,'','','','',1,'adopted','2027-09-26','2027-09-26T03:04:05Z','Hanako','e7e2a91fa0b67da542d2d44d7bec98e6c2bb41ec7ee8a6474d7425c7f5902c0b','6d4f00e70e8aa9120ee8351a2416405d33c14a2248d6cc4203cbd22fc2c1dd25','16645f43988fb77a4c10250164b861acc93c44504f50a6662e9730a21ccc1bf3','f885c85d769a9e3d /tmp/petition');
INSERT INTO "events" VALUES(50,'2027',1,'','','','',1,'restored','2027-09-26','2027-09-26T03:04:05Z','Hanako','bd150d61d03c649063b13ce0a04b78bb79d60537a754db745a919c5690b322e5','16645f43988fb77a4c10250164b861acc93c44504f50a6662e9730a21ccc1bf3','f0b73abc387acbc4bc598083e7b3edf3e44f1591563636e28c98d210c49f4897','');
INSERT INTO "events" VALUES(51,'2028',1,'jp-tokyo','中華人民共和国駐日本国大使館','〒106-0046
東京都港区元麻布3-4-33','post',1,'posted','2028-09-01','2028-09-01T03:04:05Z','Hanako','a9fc5cdea97957ac32e317c7f7e2560e78e1e6b3756d59547784bb1416335238','f0b73abc387acbc4bc598083e7b3edf3e44f1591563636e28c98d210c49f4897','3789f6423a7e715f4c2ce926da74576bd5ed97794edd3ce5316779465b7dea01','');
CREATE UNIQUE INDEX one_claim ON events (campaign, edition, recipient, channel, attempt) WHERE kind = 'handing over';
CREATE TRIGGER events_refuse_delete BEFORE delete ON events WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in events'); END;
CREATE TRIGGER documents_refuse_delete BEFORE delete ON documents WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in documents'); END;
CREATE TRIGGER details_refuse_delete BEFORE delete ON details WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in details'); END;
CREATE TRIGGER blobs_refuse_delete BEFORE delete ON blobs WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in blobs'); END;
CREATE TRIGGER events_refuse_update BEFORE update ON events WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in events'); END;
CREATE TRIGGER documents_refuse_update BEFORE update ON documents WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in documents'); END;
CREATE TRIGGER details_refuse_update BEFORE update ON details WHEN NEW.json IS NOT NULL OR NEW.sha256 <> OLD.sha256 BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in details'); END;
CREATE TRIGGER blobs_refuse_update BEFORE update ON blobs WHEN NEW.bytes IS NOT NULL OR NEW.sha256 <> OLD.sha256 BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in blobs'); END;
CREATE TRIGGER events_refuse_insert BEFORE insert ON events WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash OR (kind = 'handing over' AND NEW.kind = 'handing over' AND (campaign, edition, recipient, channel, attempt) = (NEW.campaign, NEW.edition, NEW.recipient, NEW.channel, NEW.attempt))) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in events'); END;
CREATE TRIGGER documents_refuse_insert BEFORE insert ON documents WHEN EXISTS (SELECT 1 FROM documents WHERE event = NEW.event AND role = NEW.role AND name = NEW.name) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in documents'); END;
CREATE TRIGGER details_refuse_insert BEFORE insert ON details WHEN EXISTS (SELECT 1 FROM details WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in details'); END;
CREATE TRIGGER blobs_refuse_insert BEFORE insert ON blobs WHEN EXISTS (SELECT 1 FROM blobs WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in blobs'); END;
COMMIT;
